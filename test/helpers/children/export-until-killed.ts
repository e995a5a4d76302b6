import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { coco } from '../../../electron/backend/formats/coco/coco.ts';
import { maskPngs } from '../../../electron/backend/formats/pictures/mask-pngs.ts';
import { boxRuns } from '../../../electron/common/mask-region.ts';
import { aProject, anAnnotation, anExport, anImage, outcomeOf } from '../project-contents.ts';

/** Exports to the same files in argv's folder again and again, each time one mask more, printing the count once an export was acknowledged. */
const [folder = '', from = '1'] = process.argv.slice(2);
const size = { width: 400, height: 300 };
await (await open(join(folder, 'started'), 'w')).close();
for (let count = Number(from); count < Number(from) + 200; count++) {
  const annotations = Array.from({ length: count }, (_, at) =>
    anAnnotation(at + 1, boxRuns([at % 300, at % 200, 40 + at, 50], size)),
  );
  const contents = aProject({ images: [anImage(1, size)], annotations });
  await outcomeOf(coco.write!(anExport(contents, join(folder, 'coco.json'))));
  await outcomeOf(maskPngs.write!(anExport(contents, join(folder, 'masks.zip'))));
  await outcomeOf(maskPngs.write!(anExport(contents, join(folder, `masks ${count}`))));
  process.stdout.write(`${count}\n`);
}
