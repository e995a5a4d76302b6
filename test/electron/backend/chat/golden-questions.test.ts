import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { forkInference } from '../../../../electron/hosts/fork-inference.ts';
import { openCheckpoint } from '../../../../native-models/checkpoint/checkpoint.ts';
import { anApp, type App } from '../../../helpers/an-app.ts';
import {
  type ReferenceCheckpoint,
  referenceCheckpoint,
  referenceCheckpointCopy,
} from '../../../helpers/reference-checkpoint.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const fixtures = fileURLToPath(new URL('../../../fixtures/reference-a/', import.meta.url));
const bundles = fileURLToPath(new URL('../../../../dist/node', import.meta.url));

/** An app whose model is the checkpoint at fp32, with a picture of the fixtures. */
async function anAppWith({ model, vision }: ReferenceCheckpoint, image: string): Promise<App> {
  const app = await anApp({ host: { startInferenceProcess: forkInference(bundles) } });
  const out = join(app.folder, 'reference');
  for await (const _ of app.client.stream('models.convert', {
    ...{ checkpoint: model, vision, out, precision: 'fp32' },
  }));
  await app.client.call('settings.set', { provider: 'cpu', threads: 1 });
  await app.client.call('models.load', { folder: out });
  const source = { kind: 'path' as const, path: join(fixtures, 'images', image) };
  for await (const _ of app.client.stream('images.import', { sources: [source] }));
  return app;
}

test('a second question of a converted model is asked on its own, as the original does, and its five masks come', async () => {
  const app = await anAppWith(await referenceCheckpoint(), 'square448.png');
  const [image] = await app.records('image');
  await app.ask('Please segment the red circle.', image!.id);
  await app.ask('Segment five objects one by one.', image!.id);
  const turns = await app.records('turn');
  expect(turns.map(({ outcome }) => outcome)).toEqual(['answered', 'answered']);
  const targets = await app.records('target');
  expect(turns.map(({ id }) => targets.filter(({ turnId }) => turnId === id).length)).toEqual([1, 5]);
  expect((await app.records('annotation')).every(({ area }) => area > 0)).toBe(true);
});

test('a mask that is empty at the usual threshold is drawn at another one: every logit lies above it', async () => {
  const checkpoint = await referenceCheckpointCopy(await temporaryFolder());
  await rewrite(checkpoint.model, blank);
  const app = await anAppWith(checkpoint, 'wide500x333.png');
  const [image] = await app.records('image');
  await app.ask('What?', image!.id);
  const [target] = await app.records('target');
  expect([target?.phrase, target?.empty, target?.annotationId]).toEqual(['the cat', true, null]);
  await app.client.call('chat.restoreTarget', { targetId: target!.id, threshold: -5 });
  expect((await app.records('annotation')).map(({ area }) => area)).toEqual([500 * 333]);
});

type Tensors = Map<string, Float32Array>;

/** Answers "the cat [SEG0..5]," to anything, with logits of about -1.9 everywhere. */
function blank(tensors: Tensors): void {
  const [width, words] = [64, 389];
  const codebook = [383, 384, 385, 386, 387, 388];
  const answer = [361, 261, 285, 271, ...codebook, 342];
  const [embedding, head] = [new Float32Array(words * width), new Float32Array(words * width)];
  answer.forEach((word, at) => (embedding[word * width + at] = 8));
  [...answer.slice(1), 2].forEach((word, at) => (head[word * width + at] = 1));
  tensors.set('model.embed_tokens.weight', embedding);
  tensors.set('lm_head.weight', head);
  const fill = (name: string, value: number): void => void tensors.get(name)?.fill(value);
  fill('model.norm.weight', 1);
  for (const layer of [0, 1])
    for (const part of ['self_attn.o_proj', 'mlp.down_proj']) fill(`model.layers.${layer}.${part}.weight`, 0);
  const network = 'model.mask_decoder.output_hypernetworks_mlps.0.layers.2.';
  fill(`${network}weight`, 0);
  fill(`${network}bias`, -0.02);
  fill('model.mask_decoder.output_upscaling.1.bias', 3);
}

/** Writes the checkpoint again as one safetensors file, its numbers changed. */
async function rewrite(folder: string, change: (tensors: Tensors) => void): Promise<void> {
  const checkpoint = await openCheckpoint(folder);
  const tensors: Tensors = new Map();
  const shapes = new Map([...checkpoint.tensors].map(([name, { shape }]) => [name, shape]));
  for (const name of shapes.keys()) {
    tensors.set(name, new Float32Array(await checkpoint.readFloat32(name)));
  }
  await checkpoint.dispose();
  change(tensors);
  for (const name of await readdir(folder))
    if (name.startsWith('pytorch_model')) await rm(join(folder, name));
  const header: Record<string, object> = {};
  let offset = 0;
  for (const [name, numbers] of tensors) {
    const end = offset + numbers.byteLength;
    header[name] = { dtype: 'F32', shape: shapes.get(name), data_offsets: [offset, end] };
    offset = end;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const data = [...tensors.values()].map((numbers) => Buffer.from(numbers.buffer));
  await writeFile(join(folder, 'model.safetensors'), Buffer.concat([length, text, ...data]));
}
