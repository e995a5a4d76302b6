import type { RecordsPart } from '../../electron/common/record-texts.ts';

/** @param texts each record's JSON, as JSON.stringify writes it: half characters are escaped there, so that no byte is lost */
export function recordsPart(revision: number, texts: readonly string[]): RecordsPart {
  return { revision, json: new TextEncoder().encode(`[${texts.join(',')}]`) };
}
