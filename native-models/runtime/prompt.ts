import type { ModelManifest } from '../pixellm/manifest.ts';
import { imageMarker } from './sequence.ts';
import type { Tokenizer } from './tokenizer/tokenizer.ts';

/** An earlier question with the model's raw answer, codebook tokens included. */
export interface AnsweredTurn {
  readonly question: string;
  readonly answer: string;
}

export interface Conversation {
  readonly history: readonly AnsweredTurn[];
  readonly question: string;
}

type PromptSettings = Pick<ModelManifest, 'conversation' | 'tokens'>;

/**
 * The prompt's token ids, beginning-of-sequence first, with one `imageMarker` where the image goes (in the first question).
 * The reference asks one question; further turns use the same template's separators.
 *
 * Source: native-models/pixellm/REFERENCE.md section 4 (llava_v1)
 */
export function buildPromptIds(
  conversation: Conversation,
  settings: PromptSettings,
  tokenizer: Tokenizer,
): number[] {
  const { bos, imageStart, imageEnd } = settings.tokens;
  const { system, user } = settings.conversation;
  // The image's own tokens eat the white space beside them, so the text is encoded together with them.
  const before = tokenizer.encode(`${system}${user}${tokenText(tokenizer, imageStart)}`);
  const after = tokenizer.encode(`${tokenText(tokenizer, imageEnd)}\n${turnsText(conversation, settings)}`);
  return [bos, ...before, imageMarker, ...after];
}

/** Everything from the first question to the last "ASSISTANT:". */
function turnsText({ history, question }: Conversation, { conversation }: PromptSettings): string {
  const { user, assistant, turnEnd } = conversation;
  const answered = history.map((turn) => `${turn.question}${assistant} ${turn.answer}${turnEnd}${user}`);
  return `${answered.join('')}${question}${assistant}`;
}

function tokenText(tokenizer: Tokenizer, id: number): string {
  const text = tokenizer.addedText(id);
  if (text === null) throw new Error(`Token ${id} is not an added token.`);
  return text;
}
