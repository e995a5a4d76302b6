/**
 * What probably follows: after the codebook's first token, the rest of it. The decoder checks a whole draft in one run, which costs little more
 * than one step; what it disagrees with is thrown away.
 *
 * @param token   the token just chosen
 * @param limit   most tokens worth drafting
 */
export function draftAfter(token: number, codebookIds: readonly number[], limit: number): readonly number[] {
  return token === codebookIds[0] ? codebookIds.slice(1, 1 + Math.max(0, limit)) : [];
}
