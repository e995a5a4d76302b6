import { z } from 'zod';
import { highestOrder } from '../../common/document/order.ts';
import { invertDiff } from '../../common/document/diff.ts';
import { imageId, type ImageId, type ImageRecord, type TurnId } from '../../common/document/records.ts';
import { turnsOf } from '../../common/document/views.ts';
import { AppError } from '../../common/errors.ts';
import { createChatClient, type ChatClient, type ChatReply } from '../endpoint/chat-client.ts';
import type { EndpointStore } from '../endpoint/endpoint-store.ts';
import type { Pictures } from '../images/pictures.ts';
import { derivedId } from '../jobs/derived-id.ts';
import type { JobKind } from '../jobs/job-service.ts';
import type { JobItem } from '../jobs/job.ts';
import type { ItemResult } from '../jobs/run-items.ts';
import type { OpenProject } from '../project/open-projects.ts';
import { draftTurn } from './draft-turn.ts';
import { instancesOf, type Instance } from './instances.ts';
import { correctionRequest, generationRequest } from './prompt.ts';
import { readReply, type ReadReply } from './read-reply.ts';
import { sentPicture } from './sent-picture.ts';

export const generateKind = 'muse-generate';

/** Where the key comes from is no part of it: a request is written to the job's journal. */
const generateRequest = z.object({
  imageIds: z.array(imageId).min(1).max(100_000),
  perImage: z.int().min(1).max(50),
  baseUrl: z.string().max(2000),
  model: z.string().min(1).max(500),
  vision: z.boolean(),
  concurrency: z.int().min(1).max(64),
  perMinute: z.number().min(0.01).max(100_000).nullable(),
  timeoutMs: z.int().min(100).max(3_600_000),
  language: z.string().min(1).max(100),
});
export type GenerateRequest = z.infer<typeof generateRequest>;

interface Asking extends JobItem {
  readonly imageId: ImageId;
}

/** Questions written by a language model about the masks of images; each kept one is a draft turn that a person accepts, edits or rejects. */
export function generateJob(parts: {
  readonly endpoints: EndpointStore;
  readonly pictures: Pictures;
}): JobKind {
  return {
    kind: generateKind,
    plan({ request, jobId, project }) {
      const { data } = generateRequest.safeParse(request);
      if (!data) throw new AppError('bad-input', 'What this job was asked for cannot be read.');
      const items = itemsOf(data, project);
      const byKey = new Map(items.map((item) => [item.key, item]));
      const { baseUrl, model, perMinute, timeoutMs } = data;
      let client: Promise<ChatClient> | null = null;
      const connect = async (): Promise<ChatClient> =>
        createChatClient({
          baseUrl,
          model,
          perMinute,
          timeoutMs,
          key: await parts.endpoints.keyFor(baseUrl),
        });
      return {
        items,
        concurrency: data.concurrency,
        async work({ key }, signal) {
          const item = byKey.get(key);
          if (!item) throw new Error('Broken assumption: a job works on its own items');
          client ??= connect();
          const around = { ...parts, project, request: data, client: await client, signal };
          return generateOnce(around, item, derivedId(jobId, key) as TurnId); // ids are branded strings
        },
      };
    },
  };
}

/** First one question for every image, then the second for every image: questions of one image then know of each other. */
function itemsOf({ imageIds, perImage }: GenerateRequest, { store }: OpenProject): Asking[] {
  return Array.from({ length: perImage }, (_, number) => number).flatMap((number) =>
    imageIds.map((id) => {
      const image = store.entities.get(id);
      const name = image?.kind === 'image' ? image.name : 'an image that was removed';
      const label = perImage === 1 ? name : `${name}, question ${number + 1}`;
      return { key: `${id}/${number}`, label, imageId: id };
    }),
  );
}

interface Surroundings {
  readonly project: OpenProject;
  readonly request: GenerateRequest;
  readonly client: ChatClient;
  readonly pictures: Pictures;
  readonly signal: AbortSignal;
}

async function generateOnce(around: Surroundings, item: Asking, turnId: TurnId): Promise<ItemResult> {
  const { store } = around.project;
  const known = store.entities.get(turnId);
  // It reached the project just before a kill.
  if (known?.kind === 'turn') return { note: known.question, figures: { kept: 1 } };
  const image = store.find('image', item.imageId);
  const instances = instancesOf(store.document, image);
  if (instances.length === 0)
    return {
      note: 'Nothing was asked: the image has no accepted mask with a name.',
      figures: { skipped: 1 },
    };
  const { read, replies } = await askForOne(around, image, instances);
  const figures = usageOf(replies);
  if ('problems' in read)
    return { note: `Left out: ${read.problems.join(' ')}`, figures: { ...figures, leftOut: 1 } };
  keep(around.project, image, { turnId, read, model: replies.at(-1)?.model ?? around.request.model });
  return { note: read.item.question, figures: { ...figures, kept: 1 } };
}

/** A reply with a fault is sent back once with the reasons. */
async function askForOne(
  { project, request, client, pictures, signal }: Surroundings,
  image: ImageRecord,
  instances: readonly Instance[],
): Promise<{ readonly read: ReadReply; readonly replies: readonly ChatReply[] }> {
  const earlier = turnsOf(project.store.document, image.id)
    .map(({ question }) => question.slice(0, 300))
    .slice(-12);
  const picture = request.vision ? await sentPicture(pictures, project.store, image) : null;
  const facts = { ...{ width: image.width, height: image.height }, instances, earlier };
  const asked = generationRequest({ ...facts, language: request.language, picture });
  const first = await client.complete(asked, signal);
  const read = readReply(first.text, instances, request.language);
  if (!('problems' in read)) return { read, replies: [first] };
  const second = await client.complete(correctionRequest(asked, first.text, read), signal);
  return { read: readReply(second.text, instances, request.language), replies: [first, second] };
}

function keep(
  project: OpenProject,
  image: ImageRecord,
  facts: {
    readonly turnId: TurnId;
    readonly read: Exclude<ReadReply, { problems: readonly string[] }>;
    readonly model: string;
  },
): void {
  const { store } = project;
  const turns = turnsOf(store.document, image.id);
  const { item, instances } = facts.read;
  const records = draftTurn({
    ...{ turnId: facts.turnId, imageId: image.id, item, instances, model: facts.model },
    order: highestOrder(turns) + 1,
    now: new Date().toISOString(),
  });
  const diff = { added: [...records], changed: [], removed: [] };
  project.commit({ diff, undo: invertDiff(diff), label: 'Generate a question' });
}

function usageOf(replies: readonly ChatReply[]): Record<string, number> {
  const sum = (of: (usage: NonNullable<ChatReply['usage']>) => number): number =>
    replies.reduce((total, { usage }) => total + (usage ? of(usage) : 0), 0);
  return {
    requests: replies.length,
    promptTokens: sum(({ promptTokens }) => promptTokens),
    completionTokens: sum(({ completionTokens }) => completionTokens),
  };
}
