import type { QuestionScore } from './question-score.ts';

/**
 * gIoU and cIoU as the paper writes them (section on MUSE's evaluation):
 *
 *   of one question   P = max(G, K); the smaller side is filled up with "no object"
 *   of a pair i       IoU_i = Intersection_i / Union_i, where Intersection_i counts only when the judge's score s_i > 0.5
 *   of an image       sum of its pairs' IoU_i / sum of its questions' P
 *   gIoU              mean over images;  cIoU: all intersections / all unions
 *
 * A question without targets and without predictions has P = 0 and measures nothing. An empty prediction counts in P and scores 0.
 */
export interface PaperFigures {
  readonly images: number;
  readonly questions: number;
  readonly gIoU: number | null;
  readonly cIoU: number | null;
  /** Mean over questions in place of images. */
  readonly gIoUPerQuestion: number | null;
}

export interface PaperParts {
  readonly all: PaperFigures;
  /** The test set's two parts: questions of fewer than three targets, and of three and more. */
  readonly few: PaperFigures;
  readonly many: PaperFigures;
}

export interface JudgedScore {
  readonly image: string;
  readonly score: Pick<QuestionScore, 'targets' | 'predicted' | 'pairs' | 'unpairedArea'>;
  /** s_i of each pair; null where nobody judged: every pair then counts. */
  readonly judged: readonly number[] | null;
}

const fitsAbove = 0.5;
const manyTargets = 3;

export function paperParts(questions: readonly JudgedScore[]): PaperParts {
  const isMany = ({ score }: JudgedScore): boolean => score.targets >= manyTargets;
  return {
    all: paperFigures(questions),
    few: paperFigures(questions.filter((question) => !isMany(question))),
    many: paperFigures(questions.filter(isMany)),
  };
}

interface Sums {
  iou: number;
  places: number;
}

function paperFigures(questions: readonly JudgedScore[]): PaperFigures {
  const images = new Map<string, Sums>();
  const whole = { intersection: 0, union: 0, perQuestion: 0, questions: 0 };
  for (const { image, score, judged } of questions) {
    const places = Math.max(score.targets, score.predicted);
    if (places === 0) continue;
    let iou = 0;
    score.pairs.forEach(({ intersection, union }, index) => {
      const isFitting = judged === null || (judged[index] ?? 0) > fitsAbove;
      const counted = isFitting ? intersection : 0;
      iou += union === 0 ? 0 : counted / union;
      whole.intersection += counted;
      whole.union += union;
    });
    whole.union += score.unpairedArea;
    whole.perQuestion += iou / places;
    whole.questions++;
    const sums = images.get(image) ?? { iou: 0, places: 0 };
    images.set(image, { iou: sums.iou + iou, places: sums.places + places });
  }
  const perImage = [...images.values()].reduce((sum, { iou, places }) => sum + iou / places, 0);
  return {
    images: images.size,
    questions: whole.questions,
    gIoU: ratio(perImage, images.size),
    cIoU: ratio(whole.intersection, whole.union),
    gIoUPerQuestion: ratio(whole.perQuestion, whole.questions),
  };
}

function ratio(part: number, all: number): number | null {
  return all === 0 ? null : part / all;
}
