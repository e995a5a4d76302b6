import type { z } from 'zod';
import { AppError } from '../errors.ts';
import { shortened } from '../limits.ts';

const issuesShown = 3;
const issuesTold = 20;
/** Keys of tables are the client's own words. */
const longestPlace = 200;

/**
 * The input as its handler wants it, defaults filled in.
 * @throws AppError 'bad-input' naming the method, the place and what was expected there
 */
export function parseInput(name: string, schema: z.ZodType, input: unknown): unknown {
  const parsed = readable(name, () => schema.safeParse(input));
  if (parsed.success) return parsed.data;
  const { issues: found } = parsed.error;
  const issues = found.slice(0, issuesTold).map((issue) => ({
    path: shortened(issue.path.join('.'), longestPlace),
    message: shortened(issue.message, longestPlace),
  }));
  const shown = issues
    .slice(0, issuesShown)
    .map((issue) => (issue.path === '' ? issue.message : `${issue.path}: ${issue.message}`))
    .join('; ');
  const more = found.length > issuesShown ? ` (and ${found.length - issuesShown} more)` : '';
  throw new AppError('bad-input', `The input of ${name} is not valid. ${shown}${more}`, {
    method: name,
    issues,
  });
}

/** A schema may stumble over what no page sends: bytes where it freezes a list, a value nested too deep. */
function readable<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new AppError('bad-input', `The input of ${name} cannot be read.`, { method: name }, { cause });
  }
}
