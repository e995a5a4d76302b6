import type { AnswerQuestion } from '../../../electron/backend/evaluate/asking.ts';
import { evaluateMuse } from '../../../electron/backend/evaluate/evaluate-muse.ts';

/**
 * Evaluates the file in argv with answers that follow from the question's own number, printing how many were asked; at the end the figures and the most
 * memory that was taken beyond what an empty process takes.
 */
const [museFile = '', imagesFolder = '', resultFile = ''] = process.argv.slice(2);
const answer: AnswerQuestion = ({ image, question }) => {
  const number = Number(/\d+/u.exec(question)?.[0]);
  const logits = Float32Array.from({ length: image.width * image.height }, (_, pixel) =>
    (pixel + number) % image.width < image.width / 2 ? 3 : -3,
  );
  return Promise.resolve({ text: 'The thing {seg}.', masks: [{ kind: 'logits', logits, score: 0.5 }] });
};
const before = process.resourceUsage().maxRSS;
const evaluation = await evaluateMuse({
  format: 'muse',
  ...{ museFile, imagesFolder, resultFile, answer },
  model: { name: 'halves', folder: '/models/halves', precision: 'fp32', provider: 'cpu' },
  threshold: 0,
  limit: null,
  style: 'repository',
  judge: null,
  isResumed: true,
  worst: 24,
  signal: new AbortController().signal,
  onProgress: ({ questions }) => void process.stdout.write(`${questions}\n`),
});
const { all, paper, averagePrecision, boundaryIoU, pixellm } = evaluation;
const { meanMs: _mean, medianMs: _median, p95Ms: _p95, ...figures } = all;
const grownBytes = 1024 * (process.resourceUsage().maxRSS - before);
process.stdout.write(
  `${JSON.stringify({ figures, paper, averagePrecision, boundaryIoU, pixellm, grownBytes })}\n`,
);
