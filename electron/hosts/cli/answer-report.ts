import type { AnsweredImage } from './answer.ts';
import type { Terminal } from './terminal.ts';

/** The things an answer names, after its text: one line each, in the colour of its mask. */
export function describeAnswer({ targets, error, notes }: AnsweredImage, terminal: Terminal): void {
  for (const { phrase, annotation } of targets) {
    if (annotation === null) terminal.line(`  - ${phrase}: no pixels`);
    else {
      const score = annotation.score === null ? '' : `, score ${annotation.score.toFixed(2)}`;
      terminal.line(
        `  ${terminal.coloured('■', annotation.colour)} ${phrase}: ${annotation.area} px${score}`,
      );
    }
  }
  for (const note of notes) terminal.warn(note);
  if (error !== null) terminal.warn(error.message);
}

/** An answer for programs, masks included. */
export function answerToJson(answer: AnsweredImage): object {
  const { image, text, outcome, error, notes, model, targets } = answer;
  return {
    image: image.name,
    width: image.width,
    height: image.height,
    answer: text,
    outcome,
    error,
    notes,
    model,
    targets: targets.map(({ phrase, annotation }) =>
      annotation === null
        ? { phrase, mask: null }
        : {
            phrase,
            mask: annotation.mask,
            bbox: annotation.bbox,
            area: annotation.area,
            score: annotation.score,
          },
    ),
  };
}
