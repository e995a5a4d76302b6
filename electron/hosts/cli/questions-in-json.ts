import { z } from 'zod';
import { linesOf } from '../../backend/formats/decoded-text.ts';

const one = z.union([z.string(), z.object({ question: z.string() }).transform(({ question }) => question)]);
const whole = z.union([
  z.array(one),
  z.object({ questions: z.array(one) }).transform(({ questions }) => questions),
]);

/** Questions in JSON: a list of texts or of objects with a "question", "questions" with such a list, or one of them on each line; null for anything else. */
export function questionsInJson(text: string): string[] | null {
  const list = whole.safeParse(parsed(text));
  if (list.success) return list.data;
  const lines = linesOf(text).filter((line) => line.trim() !== '');
  const each = z.array(one).safeParse(lines.map(parsed));
  return each.success ? each.data : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
