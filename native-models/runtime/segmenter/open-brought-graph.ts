import { basename } from 'node:path';
import { ModelError } from '../../errors.ts';
import { mistakenFor, tellingBytes } from '../../mistaken-file.ts';
import { openRegularFile } from '../../regular-file.ts';
import { type OpenGraph, openGraphFile } from '../ort.ts';

/**
 * A graph that a person brought: where it is something else, or lacks a part, that is said in his words and not in ONNX Runtime's.
 *
 * @throws ModelError 'model-damaged', 'out-of-memory'
 */
export async function openBroughtGraph(file: string, threads: number): Promise<OpenGraph> {
  const what = whatElse(await headOf(file));
  if (what !== null) throw new ModelError('model-damaged', `${file} ${what}`, { file });
  try {
    return await openGraphFile(file, { provider: 'cpu', threads });
  } catch (error) {
    const words = error instanceof ModelError ? whyNot(error.message, file) : null;
    if (words === null) throw error;
    throw new ModelError('model-damaged', words, { file }, error);
  }
}

async function headOf(file: string): Promise<Uint8Array> {
  const { handle } = await openRegularFile(file, 'model-damaged');
  try {
    const head = new Uint8Array(tellingBytes);
    const { bytesRead } = await handle.read(head, 0, tellingBytes, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function whatElse(head: Uint8Array): string | null {
  const begins = (...bytes: readonly number[]): boolean => bytes.every((byte, at) => head[at] === byte);
  // A zip archive, or Python's pickle.
  if (begins(0x50, 0x4b, 0x03, 0x04) || begins(0x80, 0x02))
    return 'is a PyTorch file or an archive, not ONNX. Export the model to ONNX first, as an encoder and a decoder.';
  return mistakenFor(head);
}

function whyNot(message: string, file: string): string | null {
  const [, missing] = /External data path does not exist: "([^"]+)"/u.exec(message) ?? [];
  if (missing !== undefined)
    return `${file} keeps its numbers in ${basename(missing)}, which is not beside it. Put the two into one folder.`;
  if (/out of bounds or can not be read in full/u.test(message))
    return `The file that ${file} keeps its numbers in is not whole. Fetch it again.`;
  if (/Protobuf parsing failed|does not have a graph/u.test(message))
    return `${file} is no ONNX file, or not a whole one.`;
  return null;
}
