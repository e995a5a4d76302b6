import type { CategoryRecord, ImageRecord } from '../../common/document/records.ts';

/** What a project knows beside its pictures, classes and masks, with what a report says where it does not leave with them. */
export const lossOfFact = {
  names: 'Names of targets: the format has no place for them',
  scores: 'Scores: the format has no place for them',
  attributes: 'Attributes: the format has no place for them',
  crowd: 'Crowd flags: the format has no place for them',
  comments: 'Comments: the format has no place for them',
  review: 'Targets that nobody has accepted yet: written as if somebody had',
  drawnBy: 'Which targets a model drew, and which of those were corrected: the format has no place for them',
  marks: 'Targets that are hidden or locked: written as any other',
  states: 'States of images that somebody set (done, skipped and so on): the format has no place for them',
  splits: 'Parts of the data set that images belong to (train, val, test): the format has no place for them',
  licences: 'Licences of images: the format has no place for them',
  classes: 'Classes that no target has: the format has no list of classes',
  supercategories: 'Supercategories: the format has no place for them',
  definitions: 'Which attributes a class has, and their choices: the format has no place for them',
  questions: 'Questions and answers: the format has no place for them',
  answerFacts: 'What else is known of an answer: its model, notes and kinds',
} as const;

export type Fact = keyof typeof lossOfFact;

/** What a file says of a class beside its name. */
export interface ClassFacts {
  readonly supercategory?: string;
  readonly attributes?: CategoryRecord['attributes'];
}

/** What a file says of an image beside its pixels. */
export interface ImageFacts {
  /** As the file names the image, with its folders. */
  readonly fileName?: string;
  readonly licence?: ImageRecord['licence'];
  readonly split?: ImageRecord['split'];
  readonly state?: ImageRecord['state'];
  readonly comments?: ImageRecord['comments'];
}
