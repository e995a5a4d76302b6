import type { FormatOption } from '../../../common/contract.ts';
import { splitOptions } from './split-images.ts';

/** Whether pictures are written beside. */
export function picturesOption(initial: 'copy' | 'none'): FormatOption {
  return {
    name: 'images',
    label: 'Pictures',
    choices: [
      { value: 'copy', label: 'Copied into the data set' },
      { value: 'none', label: 'Left where they are' },
    ],
    initial,
  };
}

/** Of a format that is one JSON file, unless pictures or parts are asked for. */
export const onRequest: readonly FormatOption[] = [
  picturesOption('none'),
  ...splitOptions.map((option) => (option.name === 'split' ? { ...option, initial: 'none' } : option)),
];

/** The values with which it is that one file. */
export const asOneFile = { images: 'none', split: 'none' };
