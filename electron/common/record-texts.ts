import type { Entity } from './document/records.ts';

/** Some records of a project on their way to a window, as they stood at `revision`. */
export interface RecordsPart {
  readonly revision: number;
  /** A JSON array of them, UTF-8: as bytes nobody looks at each of a hundred thousand records to send it. */
  readonly json: Uint8Array;
}

export function recordsOf({ json }: Pick<RecordsPart, 'json'>): Entity[] {
  // The backend's records have passed their schema, and the part came over our own wire.
  return JSON.parse(new TextDecoder('utf-8', { ignoreBOM: true }).decode(json)) as Entity[];
}
