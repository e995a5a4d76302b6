import type { FormatInfo } from '../../../common/contract.ts';
import { datasetOptions } from '../dataset/export-dataset.ts';
import { exportCoco } from './coco-export.ts';
import { boxesImport, importCoco, inspectCoco } from './coco-import.ts';
import { exportCocoSet } from './coco-set.ts';
import type { CocoChoices } from './coco-text.ts';
import { optionOf, type Format } from '../format.ts';
import { holesOption, simplifyOption } from '../mask-polygons.ts';
import { ownClassFacts, ownFacts } from '../own-facts.ts';
import { uncategorisedOption } from '../numbering.ts';
import { reviewOption } from '../usable-targets.ts';

const forPolygons = { option: 'segmentation', value: 'polygon' };

/** How masks are written. */
const maskOptions: FormatInfo['options'] = [
  {
    name: 'segmentation',
    label: 'Masks as',
    choices: [
      { value: 'compressed-rle', label: 'Compressed RLE (exact, small)' },
      { value: 'rle', label: 'Uncompressed RLE (exact, readable without a decoder)' },
      { value: 'polygon', label: 'Polygons' },
    ],
    initial: 'compressed-rle',
  },
  { ...holesOption('Holes in polygons', ['bridge', 'rle', 'fill']), onlyWhen: forPolygons },
  { ...simplifyOption([0.75, 1.5, 3]), onlyWhen: forPolygons },
];

const info: FormatInfo = {
  id: 'coco',
  label: 'COCO instances',
  description: 'One JSON file with images, categories and masks, as pycocotools and most trainers read it.',
  canExport: true,
  canImport: true,
  // A .gz, a .zip or a folder with such files is read as well.
  endings: ['json', 'zip', 'gz'],
  extension: 'json',
  options: [...maskOptions, uncategorisedOption, reviewOption],
  importOptions: [boxesImport],
};

export const coco: Format = {
  info,
  accounts: [...ownFacts, ...ownClassFacts, 'questions', 'answerFacts'],
  write: (job) => exportCoco(job, choicesOf(info, job.options)),
  read: importCoco,
  inspect: inspectCoco,
};

const setInfo: FormatInfo = {
  id: 'coco-set',
  label: 'COCO with pictures',
  description:
    'annotations/instances_train.json and so on, the pictures in images/train and so on, in a folder or .zip: as COCO itself is laid out. Read as COCO instances.',
  canExport: true,
  // By the reader above.
  canImport: false,
  endings: [],
  extension: 'zip',
  options: [...maskOptions, ...datasetOptions],
};

/** COCO as a data set: pictures, and a file for each part of a split. */
export const cocoSet: Format = {
  info: setInfo,
  accounts: coco.accounts,
  write: (job) => exportCocoSet(job, setInfo, choicesOf(setInfo, job.options)),
};

/** The casts hold because `checkOptions` admits nothing but the values listed above. */
function choicesOf(format: FormatInfo, options: Readonly<Record<string, string>>): CocoChoices {
  const chosen = (name: string): string => optionOf(format, options, name);
  return {
    kind: chosen('segmentation') as CocoChoices['kind'],
    holes: chosen('holes') as CocoChoices['holes'],
    tolerance: Number(chosen('tolerance')),
    uncategorised: chosen('uncategorised') as CocoChoices['uncategorised'],
    review: chosen('review') as CocoChoices['review'],
  };
}
