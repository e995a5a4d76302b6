/** One question's detections as average precision looks at them. */
export interface Detections {
  readonly confidences: readonly number[];
  /** IoU of every prediction with every target. */
  readonly ious: readonly (readonly number[])[];
  readonly targets: number;
}

/** As pycocotools' COCOeval gives them for one category, all sizes, at most 100 detections a picture; a question stands for a picture. */
export interface AveragePrecision {
  /** Mean over the IoU thresholds 0.5, 0.55, ... 0.95. */
  readonly ap: number;
  readonly ap50: number;
  readonly ap75: number;
}

const thresholds = Array.from({ length: 10 }, (_, index) => 0.5 + 0.05 * index);
const recallSteps = 101;
const mostDetections = 100;

/** @returns null without any target */
export function averagePrecisionOf(questions: readonly Detections[]): AveragePrecision | null {
  const wanted = questions.reduce((sum, { targets }) => sum + targets, 0);
  if (wanted === 0) return null;
  const at = thresholds.map((threshold) => precisionAt(questions, threshold, wanted));
  return {
    ap: at.reduce((sum, value) => sum + value, 0) / at.length,
    ap50: at[0] as number,
    ap75: at[5] as number,
  };
}

function precisionAt(questions: readonly Detections[], threshold: number, wanted: number): number {
  const found = questions.flatMap((question) => matches(question, threshold));
  // Stable, as COCOeval's merge sort is: equal confidences stay in the order of the questions.
  found.sort((a, b) => b.confidence - a.confidence);
  const recalls: number[] = [];
  const precisions: number[] = [];
  let right = 0;
  found.forEach(({ isRight }, index) => {
    if (isRight) right++;
    recalls.push(right / wanted);
    precisions.push(right / (index + 1));
  });
  for (let index = precisions.length - 2; index >= 0; index--)
    precisions[index] = Math.max(precisions[index] as number, precisions[index + 1] as number);
  let sum = 0;
  let at = 0;
  for (let step = 0; step < recallSteps; step++) {
    while (at < recalls.length && (recalls[at] as number) < step / (recallSteps - 1)) at++;
    sum += precisions[at] ?? 0;
  }
  return sum / recallSteps;
}

/** Greedy, surest first: each takes the target it shares most with among those still free. */
function matches({ confidences, ious, targets }: Detections, threshold: number) {
  const order = confidences
    .map((confidence, index) => ({ confidence, index }))
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, mostDetections);
  const isTaken = new Uint8Array(targets);
  return order.map(({ confidence, index }) => {
    let best = Math.min(threshold, 1 - 1e-10);
    let taken = -1;
    for (let target = 0; target < targets; target++) {
      const iou = ious[index]?.[target] ?? 0;
      if (isTaken[target] || iou < best) continue;
      best = iou;
      taken = target;
    }
    if (taken >= 0) isTaken[taken] = 1;
    return { confidence, isRight: taken >= 0 };
  });
}
