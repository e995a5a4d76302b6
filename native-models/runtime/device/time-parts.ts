import type { ModelManifest } from '../../pixellm/manifest.ts';
import type { Network } from '../../pixellm/network.ts';
import type { Decoder } from '../decoder.ts';
import type { ImageReader, KeyedImage } from '../image-features.ts';
import type { MaskDecoder } from '../mask-decoder.ts';
import type { Cell } from '../sequence.ts';
import type { Race } from './race.ts';

/** Cells read at once: what a prompt is read in. */
const promptCells = 64;
const steps = 4;
const timedImage = 'timed';

/** One picture, after one that compiled the shaders. A slow provider is not asked twice. */
export async function timeVision(images: ImageReader, { image }: Pick<Network, 'image'>): Promise<number> {
  const first = await timed(() => images.read(aPicture(`${timedImage} first`, image.side)));
  return first > patienceMs ? first : timed(() => images.read(aPicture(timedImage, image.side)));
}

/** A first run that takes so long is no shader being compiled. */
const patienceMs = 20_000;

/** @throws Outrun as soon as the race is lost */
export async function timeDecoder(
  race: Race,
  decoder: Decoder,
  { network, contextLength }: Pick<ModelManifest, 'network' | 'contextLength'>,
): Promise<void> {
  const { vocabulary } = network.language;
  const cell = (position: number): Cell => ({
    token: (position * 7) % vocabulary,
    image: null,
    position,
    isVisible: true,
  });
  const count = Math.min(promptCells, decoder.cellsPerRun, contextLength - steps - 1);
  const prompt = Array.from({ length: count }, (_, position) => cell(position));
  const readPrompt = async (): Promise<void> => {
    decoder.truncate(0);
    decoder.keep(await decoder.forward(prompt, [count - 1]), count);
  };
  await readPrompt();
  race.note('cell', (await timed(readPrompt)) / count);
  const write = async (): Promise<void> => {
    for (let step = 0; step < steps; step++)
      decoder.keep(await decoder.forward([cell(count + step)], [0]), 1);
  };
  await write();
  decoder.truncate(count);
  race.note('step', (await timed(write)) / steps);
  decoder.truncate(0);
}

/** The mask of one target, after one that compiled the shaders. */
export async function timeMasks(
  masks: MaskDecoder,
  images: ImageReader,
  { codebook, language, image }: Network,
): Promise<number> {
  const state = Float32Array.from({ length: language.hidden }, (_, index) => Math.sin(index));
  const target = new Array<Float32Array>(codebook.levels * codebook.tokensPerLevel).fill(state);
  const features = await images.read(aPicture(timedImage, image.side));
  await masks.draw([target], features);
  const time = await timed(() => masks.draw([target], features));
  images.forget();
  return time;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** 4:3, as photos are. */
function aPicture(key: string, side: number): KeyedImage {
  const [width, height] = [side, Math.round(side * 0.75)];
  return { key, width, height, rgb: new Uint8Array(width * height * 3).fill(90) };
}
