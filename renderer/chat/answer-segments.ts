import type { AnswerPart, TargetId } from '../../electron/common/document/records.ts';
import type { AnswerStream } from '../store/chat-state.ts';

/** A sentence as it is shown: runs of text, some of which name a target. */
export type Segment =
  | { readonly kind: 'text'; readonly text: string; readonly start: number }
  | { readonly kind: 'target'; readonly text: string; readonly start: number; readonly targetId: TargetId };

export function segmentsOf(parts: readonly AnswerPart[]): readonly Segment[] {
  let start = 0;
  return parts.map((part) => {
    const segment: Segment =
      part.type === 'text'
        ? { kind: 'text', text: part.text, start }
        : { kind: 'target', text: part.text, start, targetId: part.targetId };
    start += part.text.length;
    return segment;
  });
}

/**
 * The same for an answer that is still coming. Phrases are offsets into the text; one that overlaps an earlier one
 * or reaches past the text is cut to what is free, so that every character is shown exactly once.
 */
export function streamedSegments(stream: Pick<AnswerStream, 'text' | 'targets'>): readonly Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  for (const target of [...stream.targets].sort((a, b) => a.phraseStart - b.phraseStart)) {
    const start = Math.max(at, Math.min(target.phraseStart, stream.text.length));
    const end = Math.max(start, Math.min(target.phraseEnd, stream.text.length));
    if (start > at) segments.push({ kind: 'text', text: stream.text.slice(at, start), start: at });
    if (end > start) {
      segments.push({
        kind: 'target',
        text: stream.text.slice(start, end),
        start,
        targetId: target.targetId,
      });
    }
    at = Math.max(at, end);
  }
  if (at < stream.text.length) segments.push({ kind: 'text', text: stream.text.slice(at), start: at });
  return segments;
}
