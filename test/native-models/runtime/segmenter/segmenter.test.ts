import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Graph } from '../../../../native-models/onnx/graph.ts';
import { encodeModel } from '../../../../native-models/onnx/model-file.ts';
import type { Prompts } from '../../../../native-models/runtime/segmenter/prompts.ts';
import { type Segmenter, loadSegmenter } from '../../../../native-models/runtime/segmenter/segmenter.ts';

import type { ImageMask } from '../../../../native-models/runtime/upscale-mask.ts';
import { type TinyForm, type TinyOptions, tiny, writeSegmenter } from '../../../helpers/segmenter-graphs.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const never = new AbortController().signal;
const families: readonly TinyForm[] = ['sam', 'sam-separate', 'efficient-sam', 'sam-2'];
const images = [
  { key: 'wide', width: 128, height: 64 },
  { key: 'tall', width: 45, height: 90 },
  { key: 'small', width: 20, height: 20 },
] as const;

async function aSegmenter(family: TinyForm, options: TinyOptions = {}, limit?: number): Promise<Segmenter> {
  const files = await writeSegmenter(await temporaryFolder(), family, options);
  const segmenter = await loadSegmenter(files, never, limit);
  onTestFinished(() => segmenter.dispose());
  return segmenter;
}

type Size = { readonly width: number; readonly height: number };

/** Grey, in a gradient. */
const pixelsOf = ({ width, height }: Size): Uint8Array =>
  Uint8Array.from({ length: width * height * 3 }, (_, at) => at % 251);

function find(segmenter: Segmenter, image: (typeof images)[number], prompts: Partial<Prompts>) {
  const pixels = async (): Promise<Uint8Array> => pixelsOf(image);
  return segmenter.segment({ image, pixels, prompts: { points: [], box: null, ...prompts } }, never);
}

const on = (x: number, y: number) => ({ x, y, isInside: true });
const beside = (x: number, y: number) => ({ x, y, isInside: false });

function isSet({ box, pixels }: ImageMask, x: number, y: number): boolean {
  if (box === null || x < box.x || y < box.y || x >= box.x + box.width || y >= box.y + box.height)
    return false;
  return pixels[(y - box.y) * box.width + x - box.x] === 1;
}

function middleOf({ box }: ImageMask): readonly [number, number] {
  return box === null ? [-1, -1] : [box.x + box.width / 2, box.y + box.height / 2];
}

describe.each(families)('%s', (family) => {
  test.each(images)(
    'finds what lies at a point and in a box, at the size of a $key picture',
    async (image) => {
      const segmenter = await aSegmenter(family);
      const { width, height } = image;
      const [x, y] = [width * 0.5, height * 0.4];
      const found = await find(segmenter, image, { points: [on(x, y)] });
      // Half a cell of the mask is what its edge can be off.
      const cell = Math.max(width, height) / tiny.maskSide;
      const [across, down] = middleOf(found);
      expect(Math.abs(across - x)).toBeLessThan(cell / 2);
      expect(Math.abs(down - y)).toBeLessThan(cell / 2);
      expect([found.width, found.height, found.score]).toEqual([width, height, expect.closeTo(0.9, 5)]);

      const box = [width * 0.3, height * 0.5, width * 0.7, height * 0.7] as const;
      const inBox = middleOf(await find(segmenter, image, { box }));
      expect(Math.abs(inBox[0] - width * 0.5)).toBeLessThan(cell / 2);
      expect(Math.abs(inBox[1] - height * 0.6)).toBeLessThan(cell / 2);
    },
  );

  test('reads a picture once, however often it is asked about, and forgets the one that was asked about longest ago', async () => {
    const segmenter = await aSegmenter(family, {}, 1);
    const pixels = vi.fn(async () => pixelsOf(images[0]));
    const ask = (key: string, x: number) =>
      segmenter.segment(
        { image: { ...images[0], key }, pixels, prompts: { points: [on(x, 30)], box: null } },
        never,
      );
    await ask('a', 30);
    await ask('a', 60);
    expect(pixels).toHaveBeenCalledTimes(1);
    await ask('b', 60);
    await ask('a', 60);
    expect(pixels).toHaveBeenCalledTimes(3);
  });
});

test.each(families.filter((family) => family !== 'efficient-sam'))(
  'a point beside the object takes away what lies there: %s',
  async (family) => {
    const segmenter = await aSegmenter(family);
    const [image] = images;
    const [whole, cut] = [
      await find(segmenter, image, { points: [on(64, 32)] }),
      await find(segmenter, image, { points: [on(64, 32), beside(76, 32)] }),
    ];
    expect([isSet(whole, 76, 32), isSet(cut, 76, 32), isSet(cut, 56, 32)]).toEqual([true, false, true]);
  },
);

test('EfficientSAM refuses what it never learnt and what it would leave out', async () => {
  const segmenter = await aSegmenter('efficient-sam');
  const [image] = images;
  const refused = { code: 'prompt-unsupported' };
  await expect(find(segmenter, image, { points: [on(9, 9), beside(5, 5)] })).rejects.toMatchObject(refused);
  const seven = Array.from({ length: 7 }, (_, at) => on(10 + at, 20));
  await expect(find(segmenter, image, { points: seven })).rejects.toMatchObject(refused);
  await expect(find(segmenter, image, { points: seven.slice(2), box: [1, 1, 9, 9] })).rejects.toMatchObject(
    refused,
  );
  expect(segmenter.description).toMatchObject({
    words: 'EfficientSAM',
    takesOutside: false,
    side: tiny.side,
  });
});

/** What a name is spelled like in the files of a script, and whether points are few. */
const spelled: readonly (readonly [script: string, form: TinyForm, options: TinyOptions, words: RegExp])[] = [
  [
    'EdgeSAM: points alone, all four masks',
    'sam',
    {
      names: {
        mask_input: '',
        has_mask_input: '',
        orig_im_size: '',
        masks: '',
        low_res_masks: 'masks',
        iou_predictions: 'scores',
      },
      scores: [0.1, 0.9, 0.2, 0.2],
    },
    /MobileSAM/u,
  ],
  [
    'a decoder that keeps its masks at the picture’s size alone',
    'sam',
    { names: { masks: '', low_res_masks: 'masks' } },
    /MobileSAM/u,
  ],
  ['EfficientViT-SAM: a picture of half the side', 'sam', { pictureSide: 32 }, /MobileSAM/u],
  ['an encoder whose outputs have names of their own', 'sam', { names: { images: 'x' } }, /MobileSAM/u],
  ['SAM-HQ', 'sam', { layers: 'together' }, /SAM-HQ/u],
  ['SAM-HQ as X-AnyLabeling has it: each layer on its own', 'sam', { layers: 'apart' }, /SAM-HQ/u],
  [
    'ONNX Runtime’s script for SAM 2',
    'sam-2',
    {
      names: {
        image_embed: 'image_embeddings',
        high_res_feats_0: 'image_features_0',
        high_res_feats_1: 'image_features_1',
        mask_input: 'input_masks',
        has_mask_input: 'has_input_masks',
        masks: 'low_res_masks',
      },
    },
    /Anything 2/u,
  ],
  [
    'transformers’ SAM 2',
    'sam-2',
    {
      isSeparate: true,
      names: {
        image: 'pixel_values',
        image_embed: 'image_embeddings.2',
        high_res_feats_0: 'image_embeddings.0',
        high_res_feats_1: 'image_embeddings.1',
      },
    },
    /Anything 2/u,
  ],
  ['16-bit numbers', 'sam', { isHalf: true }, /MobileSAM/u],
  ['16-bit numbers of SAM 2', 'sam-2', { isHalf: true }, /Anything 2/u],
  ['five points, no more and no fewer', 'sam', { points: 5 }, /MobileSAM/u],
];

test.each(spelled)('files are recognised and right: %s', async (_script, form, options, words) => {
  const segmenter = await aSegmenter(form, options);
  expect(segmenter.description.words).toMatch(words);
  const [image] = images;
  // Half a cell of the mask is what its edge can be off, and what 16 bits leave out of a place.
  const cell = Math.max(image.width, image.height) / tiny.maskSide;
  const middle = middleOf(await find(segmenter, image, { points: [on(64, 30)] }));
  expect(Math.abs(middle[0] - 64)).toBeLessThan(cell / 2);
  expect(Math.abs(middle[1] - 30)).toBeLessThan(cell / 2);
  const inBox = middleOf(await find(segmenter, image, { box: [30, 20, 60, 50] }));
  expect(Math.abs(inBox[0] - 45)).toBeLessThan(cell / 2);
  expect(Math.abs(inBox[1] - 35)).toBeLessThan(cell / 2);
});

test('transformers’ SAM 3 has patches of its own, and the same names as SAM 2', async () => {
  const segmenter = await aSegmenter('sam-2', { ...spelled[7]?.[2], cells: 72, patch: 14 });
  expect(segmenter.description).toMatchObject({ words: 'Segment Anything 3, points and boxes', side: 1008 });
  const middle = middleOf(await find(segmenter, images[0], { points: [on(40, 30)] }));
  expect([middle[0], middle[1]].map(Math.round)).toEqual([40, 30]);
});

test('a decoder that was written for so many points says so when there are more', async () => {
  const segmenter = await aSegmenter('sam', { points: 3 });
  const points = [on(60, 30), on(61, 30), on(62, 30)];
  expect(Math.abs(middleOf(await find(segmenter, images[0], { points }))[0] - 61)).toBeLessThan(4);
  await expect(find(segmenter, images[0], { points, box: [1, 1, 9, 9] })).rejects.toMatchObject({
    code: 'prompt-unsupported',
    message: 'This decoder was written for 3 points, corners of a box counted.',
  });
});

test.each([
  ['not-a-number', 'answer-not-finite', /masks that are infinite or not numbers/u],
  ['no-score', 'answer-not-finite', /scores of masks that are infinite/u],
  ['throws', 'run-failed', /./u],
] as const)(
  'a decoder of which nothing comes but %s fails in words, and the next question is served',
  async (fault, code, words) => {
    const segmenter = await aSegmenter('sam', { fault });
    for (let time = 0; time < 2; time++)
      await expect(find(segmenter, images[0], { points: [on(60, 30)] })).rejects.toMatchObject({
        code,
        message: expect.stringMatching(words),
      });
  },
);

test('nothing to go by is refused in words', async () => {
  const segmenter = await aSegmenter('sam');
  const wanted = expect.objectContaining({
    code: 'prompt-unsupported',
    message: expect.stringContaining('Click'),
  });
  await expect(find(segmenter, images[0], {})).rejects.toEqual(wanted);
  await expect(find(segmenter, images[0], { points: [beside(3, 3)] })).rejects.toEqual(wanted);
});

test('the encoder that takes rows of bytes of any size is understood', async () => {
  const segmenter = await aSegmenter('sam', { layout: 'rows' });
  const found = await find(segmenter, images[0], { points: [on(40, 32)] });
  expect(Math.abs(middleOf(found)[0] - 40)).toBeLessThan(4);
});

test('of several masks the best is taken; of four, the first for several prompts and another for one', async () => {
  const area = ({ pixels }: ImageMask): number => pixels.reduce((sum, pixel) => sum + pixel, 0);
  const three = await aSegmenter('sam-2', { scores: [0.2, 0.8, 0.4] });
  const four = await aSegmenter('sam', { scores: [0.9, 0.2, 0.8, 0.4] });
  const [image] = images;
  const second = await find(three, image, { points: [on(64, 32)] });
  expect(second.score).toBeCloseTo(0.8);
  const single = await find(four, image, { points: [on(64, 32)] });
  const several = await find(four, image, { points: [on(64, 32), on(65, 32)] });
  expect([single.score, several.score]).toEqual([expect.closeTo(0.8), expect.closeTo(0.9)]);
  expect(area(several)).toBeGreaterThan(area(single));
});

describe('files', () => {
  test('may be given the other way round', async () => {
    const { encoder, decoder } = await writeSegmenter(await temporaryFolder(), 'sam');
    const segmenter = await loadSegmenter({ encoder: decoder, decoder: encoder }, never);
    onTestFinished(() => segmenter.dispose());
    expect(segmenter.description.family).toBe('sam');
  });

  test('that do not belong together are refused, with what was found', async () => {
    const folder = await temporaryFolder();
    const { encoder } = await writeSegmenter(folder, 'sam');
    const { decoder } = await writeSegmenter(folder, 'sam-2');
    await expect(loadSegmenter({ encoder, decoder }, never)).rejects.toMatchObject({
      code: 'segmenter-unknown',
      message: expect.stringMatching(
        /high_res_feats_0.*The encoder has inputs images float32 \[1, 3, 64, 64\]/u,
      ),
    });
  });

  test('of another network are refused, with what was found', async () => {
    const folder = await temporaryFolder();
    const { encoder } = await writeSegmenter(folder, 'sam');
    const graph = new Graph<never>('other');
    graph.output(
      'y',
      graph.root.compute('relu', {
        operator: 'Relu',
        inputs: [graph.input('x', 'f32', ['N', 4])],
        outputs: [{ dtype: 'f32', shape: ['N', 4] }],
      }),
    );
    const other = join(folder, 'other.onnx');
    await writeFile(other, encodeModel(graph, '', []));
    await expect(loadSegmenter({ encoder, decoder: other }, never)).rejects.toMatchObject({
      code: 'segmenter-unknown',
      message: expect.stringContaining('inputs x float32 [?, 4]; outputs y float32 [?, 4]'),
    });
  });

  test('whose encoder takes no picture are refused', async () => {
    const folder = await temporaryFolder();
    const { decoder } = await writeSegmenter(folder, 'sam');
    const graph = new Graph<never>('other');
    const x = graph.input('x', 'f32', [1, 4, 64, 64]);
    graph.output(
      'image_embeddings',
      graph.root.compute('relu', {
        operator: 'Relu',
        inputs: [x],
        outputs: [{ dtype: 'f32', shape: x.shape }],
      }),
    );
    const other = join(folder, 'other.onnx');
    await writeFile(other, encodeModel(graph, '', []));
    await expect(loadSegmenter({ encoder: other, decoder }, never)).rejects.toMatchObject({
      code: 'segmenter-unknown',
    });
  });

  test('that are missing, folders or no graphs at all are told apart', async () => {
    const folder = await temporaryFolder();
    const { encoder, decoder } = await writeSegmenter(folder, 'sam');
    const text = join(folder, 'text.onnx');
    await writeFile(text, 'not a graph');
    for (const broken of [join(folder, 'missing.onnx'), folder, text])
      for (const files of [
        { encoder: broken, decoder },
        { encoder, decoder: broken },
      ])
        await expect(loadSegmenter(files, never)).rejects.toMatchObject({ code: 'model-damaged' });
  });

  test('that are something else, or lack a part, are told as that', async () => {
    const folder = await temporaryFolder();
    const { encoder, decoder } = await writeSegmenter(folder, 'sam');
    const graph = new Graph<'weights'>('encoder');
    const picture = graph.input('images', 'f32', [1, 3, 64, 64]);
    const weights = graph.weight('w', 'f32', [8, 3, 16, 16], 'weights');
    graph.output(
      'image_embeddings',
      graph.root.compute('patches', {
        ...{ operator: 'Conv', inputs: [picture, weights], attributes: { strides: [16, 16] } },
        outputs: [{ dtype: 'f32', shape: [1, 8, 4, 4] }],
      }),
    );
    const parted = join(folder, 'vision_encoder.onnx');
    const beside = join(folder, 'vision_encoder.onnx_data');
    const bytes = 8 * 3 * 16 * 16 * 4;
    await writeFile(
      parted,
      encodeModel(graph, 'vision_encoder.onnx_data', [{ value: weights, offset: 0, bytes }]),
    );
    const refusal = (file: string) =>
      loadSegmenter({ encoder: file, decoder }, never).then(
        (taken) => taken.dispose().then(() => 'taken'),
        (error: unknown) => String(error),
      );
    expect(await refusal(parted)).toMatch(
      /keeps its numbers in vision_encoder\.onnx_data, which is not beside it/u,
    );
    await writeFile(beside, new Uint8Array(1000));
    expect(await refusal(parted)).toMatch(/keeps its numbers in is not whole/u);
    await writeFile(beside, new Uint8Array(bytes));
    expect(await refusal(parted)).toBe('taken');
    const other = join(folder, 'other.onnx');
    for (const [content, words] of [
      ['', /is empty/u],
      ['PK\u0003\u0004', /is a PyTorch file or an archive, not ONNX/u],
      ['version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 1\n', /Git LFS/u],
      ['<!DOCTYPE html><html></html>', /page/u],
      [(await readFile(encoder)).subarray(0, 2000), /is no ONNX file, or not a whole one/u],
    ] as const) {
      await writeFile(other, content);
      expect(await refusal(other)).toMatch(words);
    }
  });

  test('are not opened when nobody waits any more', async () => {
    const files = await writeSegmenter(await temporaryFolder(), 'sam');
    await expect(loadSegmenter(files, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });
});
