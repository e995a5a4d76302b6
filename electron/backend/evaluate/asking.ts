import type { MuseTurn } from '../formats/muse/muse-file.ts';
import type { RgbImage } from '../images/rgb-image.ts';
import type { Answer } from './question-score.ts';

/** How the questions are put: as this app puts them, or as the released repository's validation does. */
export type AskingStyle = 'app' | 'repository';

/** Whoever answers: the engine, or a recorded set of answers. `image.key` is the same for all questions of an image. */
export type AnswerQuestion = (
  ask: {
    readonly image: RgbImage & { readonly key: string };
    readonly question: string;
    /** Answers hold {seg} for each target. */
    readonly history: readonly MuseTurn[];
  },
  signal: AbortSignal,
) => Promise<Answer>;
