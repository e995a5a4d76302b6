import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { evaluateMuse } from '../../../../electron/backend/evaluate/evaluate-muse.ts';
import { boxRuns } from '../../../../electron/common/mask-region.ts';
import { aPng } from '../../../helpers/pictures-on-disk.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const size = { width: 20, height: 16 };
/** A rectangle as OpenCV draws its corners: both ends included. */
const rectangle = (left: number, top: number, right: number, bottom: number) => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];

test('a folder of ReasonSeg is asked text by text; smaller shapes lie on larger ones, ignored pixels count for nobody, cp1252 is read', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a.png'), aPng(size));
  const shapes = [
    { label: 'ignore', points: rectangle(8, 2, 9, 5) },
    { label: 'target', points: rectangle(2, 2, 9, 5) },
    { label: 'flag', points: rectangle(0, 0, 19, 15) },
  ];
  const text = JSON.stringify({ text: ['the caf\u00e9 table', 'What is blue?'], is_sentence: false, shapes });
  await writeFile(join(folder, 'a.json'), Buffer.from(text, 'latin1'));
  await writeFile(join(folder, 'b.json'), text);
  await writeFile(join(folder, 'c.json'), '{}');
  await writeFile(join(folder, 'c.png'), aPng(size, 1));
  const asked: string[] = [];
  const { all, losses } = await evaluateMuse({
    museFile: folder,
    format: 'reason-seg',
    imagesFolder: folder,
    async answer({ question }) {
      asked.push(question);
      // 4 columns of 4 rows, and the ignored part, which is neither right nor wrong.
      const masks = [boxRuns([2, 2, 3, 4], size), boxRuns([2, 2, 8, 4], size)];
      return { text: 'It is {seg}.', masks: [{ kind: 'mask', mask: masks[asked.length - 1]! }] };
    },
    model: { name: 'm', folder: '/m', precision: 'fp32', provider: 'cpu' },
    ...{ threshold: 0, limit: null, style: 'app', judge: null, isResumed: false, worst: 0 },
    resultFile: join(folder, 'out.jsonl'),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  expect(asked).toEqual(['the caf\u00e9 table', 'What is blue?']);
  // The target is columns 2 to 7 without the ignored 8 and 9: 6 x 4 pixels. First 3 of 6 columns, then all of them.
  expect(all.gIoU).toBeCloseTo((0.5 + 1) / 2, 12);
  expect(all.cIoU).toBeCloseTo((12 + 24) / 48, 12);
  expect(losses.map(({ what }) => what).sort()).toEqual([
    'Files left out: they cannot be read',
    'Images left out: they are not in the folder',
  ]);
});
