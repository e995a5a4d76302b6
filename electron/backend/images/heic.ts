import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../common/errors.ts';
import type { RgbImage } from './rgb-image.ts';

/**
 * The only user of libheif's WebAssembly build: pictures of phones (HEIC), whose HEVC the build of libvips leaves out. Turns and
 * crops that the file asks for are applied by the library. A thread of its own for each picture: twelve million pixels take it about a
 * second, in which nobody is to wait, and it ends with whatever a damaged file did to its memory.
 */
const library = createRequire(import.meta.url).resolve('libheif-js/wasm-bundle.js');

/** What the thread runs. Plain script, since a thread knows no bundler: gives the first picture as RGBA, or why not. */
const script = `
const { parentPort, workerData } = require('node:worker_threads');
try {
  const { HeifDecoder } = require(workerData.library);
  const pictures = new HeifDecoder().decode(workerData.data);
  if (pictures.length === 0) throw new Error('it holds no picture');
  const width = pictures[0].get_width(), height = pictures[0].get_height();
  if (width * height > workerData.maximumPixels) parentPort.postMessage({ width, height, rgba: null, pages: 1 });
  else pictures[0].display({ width, height, data: new Uint8ClampedArray(width * height * 4) }, (shown) => {
    if (shown) parentPort.postMessage({ width, height, rgba: shown.data, pages: pictures.length }, [shown.data.buffer]);
    else parentPort.postMessage({ problem: 'its data cannot be decoded' });
  });
} catch (error) {
  parentPort.postMessage({ problem: String(error && error.message || error) });
}`;

type Reply =
  | { readonly problem: string }
  | {
      readonly width: number;
      readonly height: number;
      readonly rgba: Uint8ClampedArray | null;
      readonly pages: number;
    };

export interface HeicPicture extends RgbImage {
  readonly pages: number;
}

/** @throws AppError 'image-damaged', 'image-too-large' */
export async function decodeHeic(
  data: Uint8Array,
  name: string,
  maximumPixels: number,
): Promise<HeicPicture> {
  const reply = await replyOf(data, maximumPixels);
  if ('problem' in reply) {
    const { problem } = reply;
    throw new AppError('image-damaged', `${name} is damaged: ${problem}.`, { name, reason: problem });
  }
  const { width, height, rgba, pages } = reply;
  if (rgba === null) {
    throw new AppError('image-too-large', `${name} is ${width} x ${height} pixels: too many.`, {
      name,
      width,
      height,
    });
  }
  return { width, height, data: withoutAlpha(rgba), pages };
}

function replyOf(data: Uint8Array, maximumPixels: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    // The library writes what it thinks of a file to the console.
    const worker = new Worker(script, {
      eval: true,
      stdout: true,
      stderr: true,
      workerData: { library, data, maximumPixels },
    });
    worker.once('message', (reply: Reply) => {
      resolve(reply);
      void worker.terminate();
    });
    worker.once('error', (error) => resolve({ problem: error.message }));
    worker.once('exit', () => reject(new Error('The thread that reads HEIC ended without an answer.')));
  });
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] as number;
    rgb[to + 1] = rgba[from + 1] as number;
    rgb[to + 2] = rgba[from + 2] as number;
  }
  return rgb;
}
