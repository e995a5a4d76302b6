import type { Size } from '../../common/geometry.ts';
import { iouOf, unionOfAll } from '../../common/mask-algebra.ts';
import { rleOf } from '../../common/rle.ts';
import { boxOf, emptyRuns } from '../../common/runs.ts';
import type { MuseEntry, MuseQuestion } from '../formats/muse/muse-file.ts';
import { boundaryIouOf } from './boundary-iou.ts';
import type { AskingStyle } from './asking.ts';
import type { Judge } from './judge.ts';
import { maskOf } from './predicted-mask.ts';
import { compatQuestion } from './pixellm-compat.ts';
import { scoreQuestion, type Answer } from './question-score.ts';
import type { ResultRecord } from './result-record.ts';
import { instancesPrompt, rewriteAnswer } from './rewritten-answer.ts';

/** Everything a result line holds of one answer. */
export async function measureAnswer(
  facts: {
    readonly key: string;
    readonly path: string;
    readonly entry: MuseEntry;
    readonly question: MuseQuestion;
    readonly answer: Answer;
    readonly milliseconds: number;
  },
  how: {
    readonly threshold: number;
    readonly style: AskingStyle;
    readonly judge: Judge | null;
    readonly signal: AbortSignal;
  },
): Promise<ResultRecord> {
  const { key, path, entry, question, milliseconds } = facts;
  const { width, height } = entry;
  const answer = question.isMerged
    ? mergedAnswer(facts.answer, { width, height, threshold: how.threshold })
    : facts.answer;
  const { score, masks } = scoreQuestion(question, answer, { width, height, threshold: how.threshold });
  const targets = question.targets.map(({ name, category, mask }) => ({
    name,
    category,
    mask,
    bbox: boxOf(mask),
  }));
  const boxes = targets.map(({ bbox }) => bbox);
  const rewritten = rewriteAnswer(answer.text, question.targets, boxes, score.pairs);
  const instances = entry.instances.map(({ name, category, mask }) => ({
    name: name || category,
    box: boxOf(mask),
  }));
  const judged = await how.judge?.score(
    {
      ...{ width, height, question: question.question, answer: answer.text },
      pairs: score.pairs.map(({ prediction, target }) => ({
        prediction,
        words: rewritten.phrases[prediction] ?? '',
        description: targets[target]?.name || targets[target]?.category || '',
        box: boxes[target] ?? [0, 0, 0, 0],
      })),
    },
    how.signal,
  );
  return {
    ...{ key, image: entry.image, path, width, height },
    question: question.question,
    history: [...question.history],
    kinds: [...question.kinds],
    expected: question.answer,
    said: answer.text,
    rewritten: rewritten.paper,
    repositoryAnswer: rewritten.repository,
    promptIns: instancesPrompt(instances, entry),
    targets: targets.map((target) => ({ ...target, mask: rleOf(target.mask) })),
    predictions: masks.map((mask, index) => ({
      phrase: rewritten.phrases[index] ?? '',
      score: answer.masks[index]?.score ?? null,
      bbox: boxOf(mask),
      mask: rleOf(mask),
    })),
    score: { ...score, pairs: [...score.pairs], ious: [...score.ious] },
    judged: judged ? [...judged] : null,
    ious: masks.map((mask) => targets.map((target) => iouOf(mask, target.mask))),
    boundaryIous: score.pairs.map(({ prediction, target }) => {
      const [drawn, wanted] = [masks[prediction], targets[target]?.mask];
      return drawn && wanted ? boundaryIouOf(drawn, wanted) : 0;
    }),
    compat:
      how.style === 'repository' ? mutable(compatQuestion(answer.masks, question.targets, entry)) : null,
    milliseconds,
  };
}

/** All that was named as one mask, at the surest's confidence; an answer without a mask stays one. */
function mergedAnswer(answer: Answer, how: Size & { readonly threshold: number }): Answer {
  const [first, ...others] = answer.masks;
  if (!first || others.length === 0) return answer;
  const masks = answer.masks.map((mask) => maskOf(mask, how, how.threshold));
  const scores = answer.masks.flatMap(({ score }) => score ?? []);
  const merged = { kind: 'mask' as const, mask: unionOfAll(masks, emptyRuns(how)) };
  return { ...answer, masks: [scores.length === 0 ? merged : { ...merged, score: Math.max(...scores) }] };
}

function mutable({
  pairs,
  ...counts
}: ReturnType<typeof compatQuestion>): NonNullable<ResultRecord['compat']> {
  return { pairs: [...pairs], ...counts };
}
