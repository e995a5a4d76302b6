import { byOrder } from '../../common/document/order.ts';
import type { TurnRecord } from '../../common/document/records.ts';
import { museItemOf } from '../../common/muse/muse-item.ts';
import type { LintReport } from '../../common/muse/muse-messages.ts';
import { problemsOf, type MuseItem, type MuseProblem } from '../../common/muse/muse-rules.ts';
import { createBreather } from '../app/breather.ts';
import { createLossList, type FormatSource } from '../formats/format.ts';
import { isObject } from '../formats/is-object.ts';
import { readJsonItems } from '../formats/json-items.ts';
import { readMuse, type MuseEntry, type MuseQuestion } from '../formats/muse/muse-file.ts';
import type { ProjectStore } from '../project/project-store.ts';
import { recordFaults } from './record-faults.ts';
import { isFinished } from '../../common/document/finished.ts';

type LintFinding = LintReport['findings'][number];

/** Of each rule: a file of a hundred thousand questions may break one everywhere, and the others must be seen too. */
const mostOfRule = 1000;

/** The questions of a project by the rules of the loaders and of the paper. */
export async function lintProject(store: ProjectStore, signal: AbortSignal): Promise<LintReport> {
  const report = startReport();
  await store.asItStands(async (document) => {
    const breathe = createBreather(signal);
    for (const turn of [...document.turns.values()].sort(byOrder)) {
      await breathe();
      if (turn.answer === null || !isFinished(turn)) continue;
      const image = document.images.get(turn.imageId);
      if (!image) continue;
      const item = museItemOf(document, turn);
      const at = { imageId: image.id, turnId: turn.id };
      report.question({ image: image.name, where: placeOf(image.name, turn), at }, problemsOf(item));
    }
  });
  return report.end();
}

function placeOf(image: string, { question }: TurnRecord): string {
  return `${image}: ${question.slice(0, 80)}`;
}

/**
 * A MUSE file of anybody's by the nine rules of its loaders and those of the paper.
 *
 * @throws AppError 'bad-file' when it is none
 */
export async function lintMuseFile(source: FormatSource, signal: AbortSignal): Promise<LintReport> {
  const report = startReport();
  const breathe = createBreather(signal);
  for await (const items of readJsonItems(source, { signal }))
    for (const { value, index } of items) {
      await breathe();
      for (const message of isObject(value) ? recordFaults(value) : ['The record is none.'])
        report.finding({ rule: 'record', message, where: `record ${index ?? 0}`, at: null });
    }
  const losses = createLossList();
  for await (const entry of readMuse(source, { losses, signal, purpose: 'measure' })) {
    await breathe();
    for (const question of entry.questions)
      report.question(
        { image: entry.image, where: `${entry.image}, question ${question.place}`, at: null },
        problemsOf(itemOf(entry, question)),
      );
  }
  for (const { what, count, examples } of losses.losses)
    report.finding({ rule: 'reader', message: `${what} (${count})`, where: examples.join('; '), at: null });
  return report.end();
}

function itemOf(entry: MuseEntry, { question, answer, targets }: MuseQuestion): MuseItem {
  const counts = new Map<string, number>();
  for (const { category } of entry.instances) counts.set(category, (counts.get(category) ?? 0) + 1);
  const built = targets.map(({ name, category }) => `${name || category} {seg}`).join(', ');
  return {
    question,
    answer: answer ?? built,
    targets: targets.map(({ name, category, mask }) => ({
      description: name || category,
      category,
      ofThisCategory: counts.get(category) ?? 1,
      // Two entries with the same mask are the same instance.
      instance: `${mask.width}x${mask.height}:${mask.counts.join(',')}`,
    })),
  };
}

function startReport() {
  const images = new Set<string>();
  const counts: Record<string, number> = {};
  const findings: LintFinding[] = [];
  let questions = 0;
  let sound = 0;
  const finding = (found: LintFinding): void => {
    counts[found.rule] = (counts[found.rule] ?? 0) + 1;
    if ((counts[found.rule] ?? 0) <= mostOfRule) findings.push(found);
  };
  return {
    finding,
    question(
      place: { readonly image: string } & Pick<LintFinding, 'where' | 'at'>,
      problems: readonly MuseProblem[],
    ): void {
      const { image, where, at } = place;
      images.add(image);
      questions++;
      if (problems.length === 0) sound++;
      for (const { rule, message } of problems) finding({ rule, message, where, at });
    },
    end: (): LintReport => ({ images: images.size, questions, sound, counts, findings }),
  };
}
