import { isObject } from '../formats/is-object.ts';

/**
 * What of one MUSE record the released loaders stumble over, in the record's own form: lists of unequal length, fields they read without asking, masks that
 * pycocotools refuses.
 * Source: electron/backend/formats/FORMATS.md section 9, rules 1, 4 and 6
 */
export function recordFaults(record: Readonly<Record<string, unknown>>): string[] {
  const faults: string[] = [];
  const { questions, answers, text_answers: texts, ann_list: instances } = record;
  const length = Array.isArray(questions) ? questions.length : 0;
  if (!Array.isArray(questions)) faults.push('There is no list "questions".');
  if (Array.isArray(answers) && answers.length !== length)
    faults.push(
      `${length} questions and ${answers.length} answers: the loaders drop the rest without a word.`,
    );
  if (!Array.isArray(answers)) faults.push('There is no list "answers".');
  if (Array.isArray(texts) && texts.length !== length)
    faults.push(
      `${length} questions and ${texts.length} text_answers: the loaders drop the rest without a word.`,
    );
  if (!Array.isArray(instances) || instances.length === 0)
    faults.push('"ann_list" is empty: the loaders take the first record of the file in its place.');
  for (const instance of listOf(instances))
    faults.push(...fieldsMissing(instance, ['category_id'], 'ann_list'));
  for (const answer of listOf(answers).flatMap(listOf))
    faults.push(...fieldsMissing(answer, ['rephrased_name', 'bbox'], 'answers'), ...maskFaults(answer));
  if (Array.isArray(answers) && answers.flatMap(listOf).length === 0)
    faults.push('No answer has a mask: the loaders fail where they stack the masks of an image.');
  return [...new Set(faults)];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function fieldsMissing(value: unknown, names: readonly string[], list: string): string[] {
  if (!isObject(value)) return [`An entry of "${list}" is none.`];
  return names
    .filter((name) => value[name] === undefined)
    .map((name) => `An entry of "${list}" has no ${name}, which the loaders read without asking.`);
}

function maskFaults(value: unknown): string[] {
  const segmentation = isObject(value) ? value['segmentation'] : undefined;
  if (isObject(segmentation) && typeof segmentation['counts'] === 'string')
    return ['A mask is compressed RLE: the loaders’ frPyObjects refuses that; write plain counts.'];
  const short = listOf(segmentation).some((part) => Array.isArray(part) && part.length < 6);
  return short ? ['A polygon has fewer than 3 points.'] : [];
}
