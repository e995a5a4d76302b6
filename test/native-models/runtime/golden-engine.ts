import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Precision } from '../../../native-models/names.ts';
import { convertCheckpoint } from '../../../native-models/convert.ts';
import { loadEngine } from '../../../native-models/runtime/engine.ts';
import type {
  AskEvent,
  AskRequest,
  DoneEvent,
  Engine,
  TargetEvent,
} from '../../../native-models/runtime/engine.ts';
import type { KeyedImage } from '../../../native-models/runtime/image-features.ts';
import { referenceCheckpoint } from '../../helpers/reference-checkpoint.ts';
import { decodeImage } from '../../parity/decode-image.ts';
import { goldenFolder } from './golden-folder.ts';

/** The golden checkpoint, converted into a fresh folder. */
export async function aGoldenModel(precision: Precision = 'fp32'): Promise<string> {
  const { model: checkpoint, vision } = await referenceCheckpoint();
  const out = path.join(await mkdtemp(path.join(tmpdir(), 'golden-model-')), precision);
  await convertCheckpoint({
    checkpoint,
    vision,
    out,
    precision,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  return out;
}

export function loadOnCpu(folder: string): Promise<Engine> {
  return loadEngine({ folder, provider: 'cpu', threads: 1, signal: new AbortController().signal });
}

export async function goldenImage(file: string, key = file): Promise<KeyedImage> {
  return { key, ...(await decodeImage(path.join(goldenFolder, 'images', file))) };
}

export interface Heard {
  readonly events: readonly AskEvent[];
  readonly text: string;
  readonly targets: readonly TargetEvent[];
  readonly done: DoneEvent;
}

/** Asks and listens to the end. */
export async function hear(
  engine: Engine,
  request: Partial<AskRequest> & Pick<AskRequest, 'image' | 'question'>,
): Promise<Heard> {
  const events: AskEvent[] = [];
  for await (const event of engine.ask(
    { history: [], maxNewTokens: 64, ...request },
    new AbortController().signal,
  ))
    events.push(event);
  const done = events.at(-1);
  if (done?.type !== 'done') throw new Error('The answer ended without being done.');
  const text = events.flatMap((event) => (event.type === 'text' ? [event.delta] : [])).join('');
  return { events, text, targets: events.filter((event) => event.type === 'target'), done };
}
