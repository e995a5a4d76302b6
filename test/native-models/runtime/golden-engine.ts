import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
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
import { referenceCheckpoint, referenceCheckpointCopy } from '../../helpers/reference-checkpoint.ts';
import type { ReferenceCheckpoint } from '../../helpers/reference-checkpoint.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { decodeImage } from '../../parity/decode-image.ts';
import { goldenFolder } from './golden-folder.ts';

/** The golden checkpoint, converted into a fresh folder. */
export async function aGoldenModel(precision: Precision = 'fp32'): Promise<string> {
  return converted(await referenceCheckpoint(), precision);
}

/**
 * The golden checkpoint for pictures of another side: its position embedding is resized as for its own. There are no golden values of it.
 *
 * @param side  pixels of the square, a multiple of 28
 */
export async function aModelOfSide(side: number): Promise<string> {
  const checkpoint = await referenceCheckpointCopy(await temporaryFolder());
  const file = path.join(checkpoint.model, 'config.json');
  const config = JSON.parse(await readFile(file, 'utf8')) as object; // the fixture's own
  await writeFile(file, JSON.stringify({ ...config, resize_vision_tower_size: side }));
  return converted(checkpoint, 'fp32');
}

async function converted(
  { model: checkpoint, vision }: ReferenceCheckpoint,
  precision: Precision,
): Promise<string> {
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
