import type { FormatInfo } from '../../../common/contract.ts';
import { exportCoco, type CocoChoices } from './coco-export.ts';
import { boxesOption, importCoco, inspectCoco } from './coco-import.ts';
import { optionOf, type Format } from '../format.ts';
import { holesOption, simplifyOption } from '../mask-polygons.ts';
import { ownClassFacts, ownFacts } from '../own-facts.ts';
import { uncategorisedOption } from '../numbering.ts';
import { reviewOption } from '../usable-targets.ts';

const forPolygons = { option: 'segmentation', value: 'polygon' };

const info: FormatInfo = {
  id: 'coco',
  label: 'COCO instances',
  description: 'One JSON file with images, categories and masks, as pycocotools and most trainers read it.',
  canExport: true,
  canImport: true,
  // A .gz, a .zip or a folder with such files is read as well.
  endings: ['json', 'zip', 'gz'],
  extension: 'json',
  options: [
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
    uncategorisedOption,
    reviewOption,
  ],
  importOptions: [
    {
      name: boxesOption,
      label: 'Targets with a box alone',
      choices: [
        { value: 'skip', label: 'Leave out' },
        { value: 'fill', label: 'Take the box as a filled rectangle' },
      ],
      initial: 'skip',
    },
  ],
};

export const coco: Format = {
  info,
  accounts: [...ownFacts, ...ownClassFacts, 'questions', 'answerFacts'],
  write: (job) => exportCoco(job, choicesOf(job.options)),
  read: importCoco,
  inspect: inspectCoco,
};

/** The casts hold because `checkOptions` admits nothing but the values listed above. */
function choicesOf(options: Readonly<Record<string, string>>): CocoChoices {
  const chosen = (name: string): string => optionOf(info, options, name);
  return {
    kind: chosen('segmentation') as CocoChoices['kind'],
    holes: chosen('holes') as CocoChoices['holes'],
    tolerance: Number(chosen('tolerance')),
    uncategorised: chosen('uncategorised') as CocoChoices['uncategorised'],
    review: chosen('review') as CocoChoices['review'],
  };
}
