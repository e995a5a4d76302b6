import { expect, test } from 'vitest';
import { DrawnTiles, type TilePictures } from '../../../renderer/picture/paint-masks.ts';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

/** A tile's picture is only told apart here, never looked into. */
const art = (): TilePictures => ({}) as TilePictures;

test('drawing only what changed leaves on the canvas what drawing everything would, over any course of changes', () => {
  const random = seededRandom(83);
  const arts: readonly (TilePictures | null)[] = [null, art(), art(), art()];
  const drawn = new DrawnTiles();
  const canvas = new Map<string, TilePictures | null>();
  let sight = 'fitted';
  for (let frame = 0; frame < 500; frame++) {
    if (randomInteger(random, 0, 10) === 0) sight = `moved ${randomInteger(random, 0, 3)}`;
    if (randomInteger(random, 0, 15) === 0) {
      // A resized canvas is empty.
      drawn.forget();
      canvas.clear();
    }
    const wanted = new Map(
      Array.from({ length: 6 }, (_, tile) => [
        `${tile}`,
        arts[randomInteger(random, 0, arts.length)] ?? null,
      ]),
    );
    if (!drawn.fits(sight)) canvas.clear();
    for (const [key, picture] of wanted) if (drawn.isOther(key, picture)) canvas.set(key, picture);
    expect(canvas).toEqual(wanted);
  }
});

test('a tile that shows what it showed is left alone', () => {
  const drawn = new DrawnTiles();
  const [one, other] = [art(), art()];
  drawn.fits('here');
  expect([drawn.isOther('a', one), drawn.isOther('b', null)]).toEqual([true, true]);
  drawn.fits('here');
  expect([drawn.isOther('a', one), drawn.isOther('b', null), drawn.isOther('a', other)]).toEqual([
    false,
    false,
    true,
  ]);
});
