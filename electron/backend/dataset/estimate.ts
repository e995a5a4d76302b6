import type { ImageId } from '../../common/document/records.ts';
import type { ChatMessage } from '../endpoint/chat-client.ts';
import { createBreather } from '../app/breather.ts';
import type { Pictures } from '../images/pictures.ts';
import type { ProjectStore } from '../project/project-store.ts';
import type { GenerateRequest } from './generate-job.ts';
import { instancesOf } from './instances.ts';
import { generationRequest } from './prompt.ts';
import { sentPicture } from './sent-picture.ts';

export interface Estimate {
  readonly requests: number;
  /** Images without an accepted mask with a name: nothing is asked about them. */
  readonly skippedImages: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** The first request as it would go out, pictures shortened. */
  readonly firstPrompt: string | null;
  /** What leaves this machine and where to, in words. */
  readonly sends: string;
}

/** About four characters a token in English; a picture of 1024 pixels is about a thousand. An answer with its JSON is about two hundred. */
const charactersPerToken = 4;
const pictureTokens = 1000;
const answerTokens = 200;
/** Replies that are sent back once. */
const repeatedShare = 0.2;

/** What a job would ask and about what it costs, without asking anything. */
export async function estimateGeneration(
  store: ProjectStore,
  pictures: Pictures,
  request: GenerateRequest,
  signal: AbortSignal,
): Promise<Estimate> {
  const breathe = createBreather(signal);
  const { imageIds, perImage, vision } = request;
  let characters = 0;
  let asked = 0;
  let firstPrompt: string | null = null;
  for (const id of imageIds) {
    const prompt = await promptFor(
      store,
      pictures,
      { ...request, vision: vision && firstPrompt === null },
      id,
    );
    await breathe();
    if (prompt === null) continue;
    firstPrompt ??= promptText(prompt);
    characters += promptText(prompt).length;
    asked++;
  }
  const requests = asked * perImage;
  const perRequest = asked === 0 ? 0 : characters / asked / charactersPerToken + (vision ? pictureTokens : 0);
  const times = 1 + repeatedShare;
  return {
    requests,
    skippedImages: imageIds.length - asked,
    promptTokens: Math.round(requests * perRequest * times),
    completionTokens: Math.round(requests * answerTokens * times),
    firstPrompt,
    sends: `Sent to ${request.baseUrl}: names and boxes of the masks, questions that are there already${vision ? ', and the image at up to 1024 pixels' : ''}. Nothing else of the project leaves this machine.`,
  };
}

async function promptFor(
  store: ProjectStore,
  pictures: Pictures,
  request: GenerateRequest,
  id: ImageId,
): Promise<readonly ChatMessage[] | null> {
  const image = store.find('image', id);
  const instances = instancesOf(store.document, image);
  if (instances.length === 0) return null;
  const picture = request.vision ? await sentPicture(pictures, store, image) : null;
  const facts = { width: image.width, height: image.height, instances, earlier: [], picture };
  return generationRequest({ ...facts, language: request.language }).messages;
}

function promptText(messages: readonly ChatMessage[]): string {
  return messages
    .map(({ role, content }) => {
      if (typeof content === 'string') return `[${role}]\n${content}`;
      const parts = content.map((part) =>
        part.type === 'text' ? part.text : `(the image, ${part.image_url.url.length} characters of base64)`,
      );
      return `[${role}]\n${parts.join('\n')}`;
    })
    .join('\n\n');
}
