import type { FormatInfo } from '../../../common/contract.ts';
import { optionOf, type Format } from '../format.ts';
import { exportMuse, type MuseChoices } from './muse-export.ts';
import { importMuse, inspectMuse } from './muse-import.ts';
import { ownFacts } from '../own-facts.ts';
import { picturesOption } from '../dataset/pictures-option.ts';
import { reviewOption } from '../usable-targets.ts';

const info: FormatInfo = {
  id: 'muse',
  label: 'MUSE questions and answers',
  description:
    'One JSON file with questions, answers and the masks they name: what the next PixelLM is trained and measured on.',
  canExport: true,
  canImport: true,
  endings: ['json', 'zip', 'gz'],
  extension: 'json',
  alone: { images: 'none' },
  options: [
    reviewOption,
    {
      name: 'history',
      label: 'Conversation before a question',
      choices: [
        { value: 'last', label: 'The question before, where there is one' },
        { value: 'all', label: 'All of it' },
        { value: 'none', label: 'Leave out: every question stands alone' },
      ],
      initial: 'last',
    },
    {
      name: 'part',
      label: 'Which part',
      choices: [
        { value: 'all', label: 'All images' },
        { value: 'train', label: 'Images that train (and those of no part)' },
        { value: 'val', label: 'Images that validate' },
        { value: 'test', label: 'Images that test' },
        { value: 'test-less', label: 'Of the test: questions with fewer than three targets' },
        { value: 'test-many', label: 'Of the test: questions with three targets and more' },
      ],
      initial: 'all',
    },
    picturesOption('none'),
  ],
};

export const muse: Format = {
  info,
  accounts: [...ownFacts, 'questions', 'answerFacts'],
  write(job) {
    // Holds because `checkOptions` admits nothing but the values listed above.
    const choices = {
      review: optionOf(info, job.options, 'review'),
      history: optionOf(info, job.options, 'history'),
      part: optionOf(info, job.options, 'part'),
    } as MuseChoices;
    return exportMuse(job, { ...choices, hasPictures: optionOf(info, job.options, 'images') === 'copy' });
  },
  read: importMuse,
  inspect: inspectMuse,
};
