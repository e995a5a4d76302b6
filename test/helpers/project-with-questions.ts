import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProjectContents } from '../../electron/backend/formats/format.ts';
import { documentOfRecords } from '../../electron/common/document/apply-to-document.ts';
import type { TurnId } from '../../electron/common/document/records.ts';
import { differenceOf, unionOf } from '../../electron/common/mask-algebra.ts';
import { boxRuns } from '../../electron/common/mask-region.ts';
import { newWrittenTurn } from '../../electron/common/muse/written-turn.ts';
import { aPng } from './pictures-on-disk.ts';
import { aCategory, anAnnotation, anImage, aProject } from './project-contents.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const size = { width: 40, height: 30 };
export const ring = differenceOf(boxRuns([2, 3, 12, 10], size), boxRuns([5, 6, 3, 3], size));
export const parts = unionOf(boxRuns([20, 2, 5, 5], size), boxRuns([30, 10, 4, 9], size));
export const dot = boxRuns([0, 29, 1, 1], size);

/** A ring, two parts and a dot, named in three answers of two images. */
export async function aProjectWithQuestions(): Promise<{ contents: ProjectContents; folder: string }> {
  const folder = await temporaryFolder();
  const images = [];
  for (const [index, name] of ['cam1/a b.png', 'cam2/é<&>.png'].entries()) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, aPng(size, index));
    images.push(
      anImage(index + 1, { ...size, name: name.split('/').at(-1) ?? '', source: { kind: 'linked', path } }),
    );
  }
  const [first, second] = images;
  if (!first || !second) throw new Error('Broken assumption: two images were made');
  const annotations = [
    anAnnotation(1, ring, { name: 'ring' }),
    anAnnotation(2, parts, { name: 'pair' }),
    anAnnotation(3, dot, { name: 'dot', imageId: second.id }),
  ];
  const [a, b, c] = annotations.map(({ id }) => id);
  if (!a || !b || !c) throw new Error('Broken assumption: three masks were made');
  let document = documentOfRecords([...images, ...annotations]);
  const said = [];
  const turns = [
    [first.id, 'What is round or comes in pairs?', 'The ring {seg} and the “pair” {seg}.', [a, b]],
    [first.id, 'Where is the ring?', 'The ring {seg}.', [a]],
    [second.id, 'What is the smallest thing here?', 'It is the dot {seg}.', [c]],
  ] as const;
  for (const [index, [imageId, question, answer, named]] of turns.entries()) {
    const change = newWrittenTurn(
      document,
      { turnId: `turn-${index}` as TurnId, imageId, now: '2026-11-27T12:00:00.000Z' },
      { question, answer, targets: named.map((annotationId) => ({ annotationId, description: '' })) },
    );
    document = documentOfRecords([...images, ...annotations, ...said, ...change.added]);
    said.push(...change.added);
  }
  const contents = {
    ...aProject({ images, categories: [aCategory(1, 'thing')], annotations }),
    turns: said.filter((record) => record.kind === 'turn'),
    targets: said.filter((record) => record.kind === 'target'),
  };
  return { contents, folder };
}

/** Where its pictures lie. */
export const pathOf = (image: ProjectContents['images'][number]): string | null =>
  image.source.kind === 'linked' ? image.source.path : null;
