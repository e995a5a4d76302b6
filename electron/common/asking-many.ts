import type { ImageId } from './document/records.ts';

/** What one run of the same questions over many images takes; more is divided. A run's items stand in memory while it is known. */
export const mostAskedImages = 100_000;
export const mostQuestions = 1_000;
export const longestQuestion = 20_000;
/** Of all questions together: a run keeps them in the first line of its journal. */
const mostLetters = 2_000_000;
const mostAnswers = 1_000_000;

/** How a run calls one of its questions to one of its images. */
export function askedItemKey(imageId: ImageId, question: number): string {
  return `${imageId}/${question}`;
}

export function imageOfItem(key: string): ImageId {
  return key.slice(0, key.lastIndexOf('/')) as ImageId; // as askedItemKey put it there
}

const count = new Intl.NumberFormat('en');

/** Why these questions cannot be put to so many images in one run, as a sentence; null where they can. */
export function tooMuchToAsk(questions: readonly string[], images: number): string | null {
  if (questions.length > mostQuestions)
    return `These are ${count.format(questions.length)} questions; one run takes ${count.format(mostQuestions)}. Divide them.`;
  const long = questions.findIndex(({ length }) => length > longestQuestion);
  if (long >= 0)
    return `Question ${long + 1} has ${count.format(questions[long]?.length ?? 0)} characters; ${count.format(longestQuestion)} are the most.`;
  const letters = questions.reduce((sum, { length }) => sum + length, 0);
  if (letters > mostLetters)
    return `The questions have ${count.format(letters)} characters together; one run takes ${count.format(mostLetters)}. Divide them.`;
  if (images > mostAskedImages)
    return `These are ${count.format(images)} images; one run takes ${count.format(mostAskedImages)}. Divide them.`;
  const answers = questions.length * images;
  if (answers > mostAnswers)
    return `That would be ${count.format(answers)} answers; one run gives ${count.format(mostAnswers)} at most. Divide the questions or the images.`;
  return null;
}
