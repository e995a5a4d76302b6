import type { Box } from '../../common/geometry.ts';
import { withoutMarks } from '../../common/muse/marked-answer.ts';
import type { MuseTarget } from '../formats/muse/muse-file.ts';
import type { Pair } from './question-score.ts';

/** What the paper's second step makes of an answer, and what the repository dumps for its scorer. */
export interface RewrittenAnswer {
  /** Each mark of a target replaced by the description of the instance its mask was matched with; "nothing" without one. */
  readonly paper: string;
  /** As the repository dumps it: "(name [x0, y0, x1, y1])", or "(None [])". */
  readonly repository: string;
  /** The words that name each prediction, in the model's own answer. */
  readonly phrases: readonly string[];
}

/**
 * @param text the answer with {seg} at each target
 * Source: the paper's protocol on MUSE, step 2; PixelLM train_ds.py ar_validate
 */
export function rewriteAnswer(
  text: string,
  targets: readonly MuseTarget[],
  boxes: readonly Box[],
  pairs: readonly Pair[],
): RewrittenAnswer {
  const partner = new Map(pairs.map(({ prediction, target }) => [prediction, target]));
  const pieces = text.split('{seg}');
  const fill = (say: (target: number | undefined) => string): string =>
    pieces.map((piece, index) => (index === 0 ? piece : say(partner.get(index - 1)) + piece)).join('');
  return {
    paper: fill((target) => (target === undefined ? 'nothing' : descriptionOf(targets, target))),
    repository: fill((target) =>
      target === undefined
        ? '(None [])'
        : `(${descriptionOf(targets, target)} ${cornersText(boxes[target] ?? [0, 0, 0, 0])})`,
    ),
    phrases: phrasesOf(text),
  };
}

function descriptionOf(targets: readonly MuseTarget[], index: number): string {
  const target = targets[index];
  return target ? target.name || target.category : '';
}

/** Top-left and bottom-right corners, the end exclusive, as Python prints a list. */
function cornersText([x, y, width, height]: Box): string {
  return `[${x}, ${y}, ${x + width}, ${y + height}]`;
}

function phrasesOf(answer: string): string[] {
  const { text, phrases } = withoutMarks(answer);
  return phrases.map(({ start, end }) => text.slice(start, end));
}

/**
 * What the repository tells its scorer of an image: all instances with their corners, those of one name numbered.
 * Source: PixelLM utils/multi_reason_seg_val_dataset.py `prompt_ins`
 */
export function instancesPrompt(
  instances: readonly { readonly name: string; readonly box: Box }[],
  size: { readonly width: number; readonly height: number },
): string {
  const counts = new Map<string, number>();
  for (const { name } of instances) counts.set(name, (counts.get(name) ?? 0) + 1);
  const seen = new Map<string, number>();
  const listed = instances.map(({ name, box }) => {
    const number = (seen.get(name) ?? 0) + 1;
    seen.set(name, number);
    return `${(counts.get(name) ?? 0) > 1 ? `${name} ${number}` : name} at ${cornersText(box)}`;
  });
  return `These objects in the image and their respective bounding box coordinates are as follows: ${listed.join(', ')}. The image height is ${size.height}, width is ${size.width}.`;
}
