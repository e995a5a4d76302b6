import type { z } from 'zod';
import { AppError } from '../errors.ts';

const issuesShown = 3;

/**
 * The input as its handler wants it, defaults filled in.
 * @throws AppError 'bad-input' naming the method, the place and what was expected there
 */
export function parseInput(name: string, schema: z.ZodType, input: unknown): unknown {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  const shown = issues
    .slice(0, issuesShown)
    .map((issue) => (issue.path === '' ? issue.message : `${issue.path}: ${issue.message}`))
    .join('; ');
  const more = issues.length > issuesShown ? ` (and ${issues.length - issuesShown} more)` : '';
  throw new AppError('bad-input', `The input of ${name} is not valid. ${shown}${more}`, {
    method: name,
    issues: issues.slice(0, 20),
  });
}
