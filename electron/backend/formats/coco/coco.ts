import type { FormatInfo } from '../../../common/contract.ts';
import { exportCoco, type CocoChoices } from './coco-export.ts';
import { importCoco, inspectCoco } from './coco-import.ts';
import { optionOf, type Format } from '../format.ts';
import { reviewOption } from '../usable-targets.ts';

const info: FormatInfo = {
  id: 'coco',
  label: 'COCO instances',
  description: 'One JSON file with images, categories and masks, as pycocotools and most trainers read it.',
  canExport: true,
  canImport: true,
  endings: ['json'],
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
    {
      name: 'holes',
      label: 'Holes in polygons',
      choices: [
        { value: 'bridge', label: 'Joined to the outline by a line of no width (exact)' },
        { value: 'rle', label: 'Write such masks as RLE (exact)' },
        { value: 'fill', label: 'Fill them' },
      ],
      initial: 'bridge',
      onlyWhen: { option: 'segmentation', value: 'polygon' },
    },
    {
      name: 'tolerance',
      label: 'Simplify polygons',
      choices: [
        { value: '0', label: 'No: follow every pixel edge' },
        { value: '0.75', label: 'By up to 0.75 px' },
        { value: '1.5', label: 'By up to 1.5 px' },
        { value: '3', label: 'By up to 3 px' },
      ],
      initial: '0',
      onlyWhen: { option: 'segmentation', value: 'polygon' },
    },
    {
      name: 'uncategorised',
      label: 'Targets without a category',
      choices: [
        { value: 'name', label: 'A category of their name' },
        { value: 'object', label: 'One category "object"' },
        { value: 'drop', label: 'Leave out' },
      ],
      initial: 'name',
    },
    reviewOption,
  ],
};

export const coco: Format = {
  info,
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
