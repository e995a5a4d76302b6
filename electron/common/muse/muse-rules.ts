import { languageProblem } from './asked-language.ts';

/**
 * What a question with its answer must satisfy to be worth training on: the rules of PixelLM's loaders (electron/backend/formats/FORMATS.md section 9) and what the
 * paper demands of a generated question. Shared by generation, by the lint of a project or a file, and by the editor of a turn.
 */

export interface MuseItem {
  readonly question: string;
  /** With {seg} after the words that name each instance. */
  readonly answer: string;
  /** In the order of the {seg}. */
  readonly targets: readonly MuseItemTarget[];
}

export interface MuseItemTarget {
  /** What tells the instance from others; empty where there is none. */
  readonly description: string;
  /** Class of the instance, and how many of it the image has; 1 where nobody knows. */
  readonly category: string;
  readonly ofThisCategory: number;
  /** The same for the same instance. */
  readonly instance: string;
}

const museRules = [
  'no-question',
  'no-answer',
  'no-target',
  'too-many-targets',
  'seg-count',
  'seg-in-question',
  'braces',
  'codebook-text',
  'unnamed-target',
  'instance-twice',
  'no-description',
  'same-description',
  'bare-class-name',
  'names-ids',
  'too-long',
  'other-language',
] as const;
export type MuseRule = (typeof museRules)[number];

export interface MuseProblem {
  readonly rule: MuseRule;
  /** For a person, and for the model that is asked to do it again. */
  readonly message: string;
  /** The target it is about, from 0; null for the whole. */
  readonly target: number | null;
}

/** The paper's page gives 34 as the most. */
const mostTargets = 34;
const longest = { question: 600, answer: 3000, description: 800 };

/** How a model betrays that it looked at our list instead of the picture. */
const idPatterns: readonly RegExp[] = [
  /\b(?:id|ids)\s*[:=#]?\s*\w*\d/iu,
  /\b(?:instance|object|item|annotation|box|bbox|number|no\.)\s*#?\d+\b/iu,
  /(?:^|\s)#\d+\b/u,
  /\[\s*\d+(?:\.\d+)?\s*(?:,\s*\d+(?:\.\d+)?\s*){1,}\]/u,
  /\bbounding box/iu,
  /\bcoordinates?\b/iu,
];

/** @param language that was asked for; null where any will do */
export function problemsOf(
  item: MuseItem,
  { language = null }: { readonly language?: string | null } = {},
): MuseProblem[] {
  return [
    ...questionProblems(item),
    ...answerProblems(item),
    ...targetProblems(item),
    ...(language === null ? [] : languageProblems(item, language)),
  ];
}

function questionProblems({ question }: MuseItem): MuseProblem[] {
  const problems: MuseProblem[] = [];
  const tell = teller(problems);
  if (question.trim() === '') tell('no-question', 'There is no question.');
  if (question.includes('{seg}'))
    tell('seg-in-question', 'The question holds {seg}, which belongs into the answer.');
  else if (/[{}]/u.test(question))
    tell('braces', 'The question holds curly brackets: PixelLM’s loaders stumble over them.');
  if (idPatterns.some((pattern) => pattern.test(question)))
    tell(
      'names-ids',
      'The question speaks of ids, boxes or coordinates: it must be answerable from the picture alone.',
    );
  if (question.length > longest.question)
    tell('too-long', `The question is ${question.length} characters long; ${longest.question} are the most.`);
  if (/\[SEG\d*\]/u.test(question))
    tell('codebook-text', 'The question holds [SEG], which is the model’s own token.');
  return problems;
}

function answerProblems({ answer, targets }: MuseItem): MuseProblem[] {
  const problems: MuseProblem[] = [];
  const tell = teller(problems);
  if (answer.replaceAll('{seg}', '').trim() === '') tell('no-answer', 'The answer has no words.');
  const marks = answer.split('{seg}').length - 1;
  if (marks !== targets.length)
    tell(
      'seg-count',
      `The answer holds {seg} ${marks} times for ${targets.length} instances; it must be once for each.`,
    );
  if (/[{}]/u.test(answer.replaceAll('{seg}', '')))
    tell('braces', 'The answer holds curly brackets other than {seg}: PixelLM’s loaders stumble over them.');
  if (/\[SEG\d*\]/u.test(answer))
    tell('codebook-text', 'The answer holds [SEG], which is the model’s own token; write {seg}.');
  if (idPatterns.some((pattern) => pattern.test(answer)))
    tell('names-ids', 'The answer speaks of ids, boxes or coordinates in place of what is seen.');
  if (answer.length > longest.answer)
    tell('too-long', `The answer is ${answer.length} characters long; ${longest.answer} are the most.`);
  answer
    .split('{seg}')
    .slice(0, -1)
    .forEach((words, index) => {
      if (!/[\p{L}\p{N}]/u.test(words))
        tell(
          'unnamed-target',
          `No words stand before {seg} number ${index + 1}: nothing says what it is.`,
          index,
        );
    });
  return problems;
}

function targetProblems({ targets }: MuseItem): MuseProblem[] {
  const problems: MuseProblem[] = [];
  const tell = teller(problems);
  if (targets.length === 0) tell('no-target', 'The answer names no instance.');
  if (targets.length > mostTargets)
    tell('too-many-targets', `The answer names ${targets.length} instances; ${mostTargets} are the most.`);
  const seen = new Set<string>();
  const described = new Map<string, number>();
  targets.forEach(({ instance, description, category, ofThisCategory }, index) => {
    if (seen.has(instance))
      tell('instance-twice', `Instance ${index + 1} is one that is named before.`, index);
    seen.add(instance);
    const words = normalised(description);
    if (words === '') return tell('no-description', `Instance ${index + 1} has no description.`, index);
    const same = described.get(words);
    if (same === undefined) described.set(words, index);
    else
      tell(
        'same-description',
        `Instances ${same + 1} and ${index + 1} have the same description, "${description}".`,
        index,
      );
    if (ofThisCategory > 1 && words === normalised(category))
      tell(
        'bare-class-name',
        `"${description}" is only the class, and the image has ${ofThisCategory} of it: say which one is meant.`,
        index,
      );
    if (description.length > longest.description)
      tell(
        'too-long',
        `Description ${index + 1} is ${description.length} characters long; ${longest.description} are the most.`,
        index,
      );
    if (idPatterns.some((pattern) => pattern.test(description)))
      tell(
        'names-ids',
        `Description ${index + 1} speaks of ids, boxes or coordinates in place of what is seen.`,
        index,
      );
  });
  return problems;
}

function languageProblems({ question, answer, targets }: MuseItem, language: string): MuseProblem[] {
  const text = [
    question,
    answer.replaceAll('{seg}', ''),
    ...targets.map(({ description }) => description),
  ].join(' ');
  const message = languageProblem(text, language);
  return message === null ? [] : [{ rule: 'other-language', message, target: null }];
}

/** Lower case, single spaces, no article in front, no mark at the end, no plural s. */
function normalised(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .replace(/^(?:the|a|an|this|that|one|some) /u, '')
    .replace(/(?<=\p{L}{3})s$/u, '');
}

function teller(problems: MuseProblem[]) {
  return (rule: MuseRule, message: string, target: number | null = null): void =>
    void problems.push({ rule, message, target });
}
