import { ProtobufWriter } from '../../../native-models/onnx/protobuf.ts';

const words = [
  '▁the',
  '▁a',
  '▁cat',
  '▁dog',
  '▁on',
  '▁red',
  '▁Find',
  '▁What',
  '▁is',
  '▁in',
  '▁this',
  '▁picture',
  '▁and',
  '▁of',
  '▁to',
];

/** A tokenizer.model of LLaMA's kind with `size` pieces: control pieces, the 256 bytes, letters, some words and fillers. */
export function sentencePieceFile(size: number): Uint8Array {
  const letters = [...'▁abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;?!\'"-()'];
  const known = [...letters, ...words];
  const writer = new ProtobufWriter();
  const piece = (text: string, score: number, type: number): void => {
    writer.message(1, (message) => message.text(1, text).float(2, score).integer(3, type));
  };
  piece('<unk>', 0, 2);
  piece('<s>', 0, 3);
  piece('</s>', 0, 3);
  for (let byte = 0; byte < 256; byte++)
    piece(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`, 0, 6);
  for (let index = 0; index < size - 259; index++) piece(known[index] ?? `▁filler${index}`, -index, 1);
  writer.message(2, (trainer) => trainer.integer(3, 2).integer(35, 1)); // byte-pair encoding with byte fallback
  writer.message(3, (normalizer) => normalizer.text(1, 'identity').integer(3, 1).integer(4, 0).integer(5, 1));
  return writer.finish();
}
