import { z } from 'zod';
import { problemsOf, type MuseItem } from '../../common/muse/muse-rules.ts';
import type { Instance } from './instances.ts';

const reply = z.object({
  question: z.string(),
  objects: z.array(z.object({ id: z.string(), description: z.string() })),
  answer: z.string(),
});

export type ReadReply =
  | { readonly item: MuseItem; readonly instances: readonly Instance[] }
  /** Why it cannot be used, for the model to mend and for the person to read; and what would help the model, '' for nothing. */
  | { readonly problems: readonly string[]; readonly hint: string };

/** A model's reply, strictly: JSON of the form asked for, about instances that are there, without a fault by the rules. */
export function readReply(text: string, instances: readonly Instance[], language: string): ReadReply {
  const parsed = reply.safeParse(jsonIn(text));
  if (!parsed.success)
    return { problems: ['The reply is not JSON of the form that was asked for.'], hint: '' };
  const { question, objects, answer } = parsed.data;
  const byId = new Map(instances.map((instance) => [instance.id, instance]));
  const unknown = objects.filter(({ id }) => !byId.has(id.trim()));
  if (unknown.length > 0)
    return { problems: unknown.map(({ id }) => `There is no object "${id.slice(0, 40)}".`), hint: '' };
  const counts = new Map<string, number>();
  for (const { category } of instances) counts.set(category, (counts.get(category) ?? 0) + 1);
  const chosen = objects.flatMap(({ id }) => byId.get(id.trim()) ?? []);
  const item: MuseItem = {
    question: question.trim(),
    answer: answer.trim(),
    targets: chosen.map(({ id, category }, index) => ({
      description: objects[index]?.description.trim() ?? '',
      category,
      ofThisCategory: counts.get(category) ?? 1,
      instance: id,
    })),
  };
  const broken = problemsOf(item, { language });
  const problems = [
    ...broken.map(({ message }) => message),
    ...idsIn(item, byId).map((id) => `The text speaks of "${id}", which nobody sees in the image.`),
  ];
  if (problems.length === 0) return { item, instances: chosen };
  return { problems, hint: broken.some(({ rule }) => rule === 'seg-count') ? marksHint(item) : '' };
}

/** Small models count badly: their own descriptions with the marks behind them are easier to follow than a number. */
function marksHint({ targets }: MuseItem): string {
  const marked = targets.map(({ description }) => `${description || '...'} {seg}`).join(' ... ');
  return `The answer must name each of your objects and mark it, in this order: "... ${marked} ...".`;
}

/** Our own short ids, which mean nothing to anybody else. */
function idsIn({ question, answer, targets }: MuseItem, byId: ReadonlyMap<string, unknown>): string[] {
  const words = [question, answer, ...targets.map(({ description }) => description)]
    .join(' ')
    .match(/\bi\d+\b/gu);
  return [...new Set(words ?? [])].filter((word) => byId.has(word));
}

/** Some endpoints put their JSON into a fence whatever one asks for; nothing else is forgiven. */
function jsonIn(text: string): unknown {
  const fenced = /^```(?:json)?\s*([\s\S]*?)\s*```$/u.exec(text.trim())?.[1];
  try {
    return JSON.parse(fenced ?? text) as unknown;
  } catch {
    return undefined;
  }
}
