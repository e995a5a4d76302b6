import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../../helpers/seeded-random.ts';
import { tensorBytes, writeTorchFile, type TensorToWrite } from '../../helpers/torch-file.ts';
import { sentencePieceFile } from './sentence-piece-file.ts';
import type { CheckpointShape } from './shapes.ts';
import { languageTensors, visionTensors, type TensorPlan } from './tensor-list.ts';

/** Where the published 7B is cut, roughly. */
const defaultShardBytes = 10e9;
const poolElements = 1 << 20;
const visionName = join('openai', 'clip-vit-random-patch14-336');

/**
 * Writes a checkpoint of random weights in the published layout: shards with an index, config.json, tokenizer, and a vision tower's folder
 * inside. Streams: memory does not grow with the size.
 */
export async function writeRandomCheckpoint(
  folder: string,
  shape: CheckpointShape,
  { shardBytes = defaultShardBytes }: { shardBytes?: number } = {},
): Promise<{ checkpoint: string; vision: string }> {
  const vision = join(folder, visionName);
  await mkdir(vision, { recursive: true });
  const pools = new RandomPools();
  const shards = cutIntoShards(languageTensors(shape), shardBytes);
  const weightMap: Record<string, string> = {};
  let totalBytes = 0;
  for (const [index, shard] of shards.entries()) {
    const name = `pytorch_model-${number5(index + 1)}-of-${number5(shards.length)}.bin`;
    await writeTorchFile(
      join(folder, name),
      shard.map((plan) => pools.fill(plan)),
    );
    for (const plan of shard) {
      weightMap[plan.name] = name;
      totalBytes += tensorBytes(plan);
    }
  }
  await writeJson(join(folder, 'pytorch_model.bin.index.json'), {
    metadata: { total_size: totalBytes },
    weight_map: weightMap,
  });
  await writeTorchFile(
    join(vision, 'pytorch_model.bin'),
    visionTensors(shape).map((plan) => pools.fill(plan)),
  );
  await writeSmallFiles(folder, vision, shape);
  return { checkpoint: folder, vision };
}

async function writeSmallFiles(folder: string, vision: string, shape: CheckpointShape): Promise<void> {
  const { language, vision: tower } = shape;
  const added = [
    '<im_patch>',
    '<im_start>',
    '<im_end>',
    '[SEG0]',
    '[SEG1]',
    '[SEG2]',
    '[SEG3]',
    '[SEG4]',
    '[SEG5]',
  ];
  const pieces = language.vocabulary - added.length;
  await writeFile(join(folder, 'tokenizer.model'), sentencePieceFile(pieces));
  await writeJson(
    join(folder, 'added_tokens.json'),
    Object.fromEntries(added.map((text, index) => [text, pieces + index])),
  );
  await writeJson(join(folder, 'config.json'), {
    architectures: ['PixelLMForCausalLM'],
    bos_token_id: 1,
    eos_token_id: 2,
    hidden_act: 'silu',
    hidden_size: language.hidden,
    image_feature_scale_num: 2,
    intermediate_size: language.intermediate,
    max_position_embeddings: 2048,
    mm_hidden_size: tower.hidden,
    mm_projector_hidden_dim: 2,
    mm_use_im_start_end: true,
    mm_vision_select_feature: 'patch',
    mm_vision_select_layer: -2,
    model_type: 'llava',
    num_attention_heads: language.heads,
    num_hidden_layers: language.layers,
    num_key_value_heads: language.heads,
    out_dim: 256,
    pad_token_id: 0,
    resize_vision_tower_size: 448,
    rms_norm_eps: 1e-6,
    tie_word_embeddings: false,
    vision_tower: visionName,
    vocab_size: language.vocabulary,
  });
  await writeJson(join(vision, 'config.json'), {
    model_type: 'clip',
    vision_config: {
      hidden_size: tower.hidden,
      num_hidden_layers: tower.layers,
      num_attention_heads: tower.heads,
      intermediate_size: tower.intermediate,
      image_size: 336,
      patch_size: 14,
      hidden_act: 'quick_gelu',
      layer_norm_eps: 1e-5,
    },
  });
}

function cutIntoShards(plans: readonly TensorPlan[], shardBytes: number): TensorPlan[][] {
  const shards: TensorPlan[][] = [[]];
  let bytes = 0;
  for (const plan of plans) {
    const size = tensorBytes(plan);
    if (bytes > 0 && bytes + size > shardBytes) {
      shards.push([]);
      bytes = 0;
    }
    shards.at(-1)?.push(plan);
    bytes += size;
  }
  return shards;
}

/** Random numbers drawn once per type and spread and then handed out from changing places: filling gigabytes by drawing would take minutes. */
class RandomPools {
  readonly #pools = new Map<string, Uint8Array>();
  readonly #random = seededRandom(20261122);

  fill(plan: TensorPlan): TensorToWrite {
    const { name, dtype, shape } = plan;
    return { name, dtype, shape, chunks: () => this.#chunks(plan) };
  }

  *#chunks(plan: TensorPlan): Generator<Uint8Array> {
    const pool = this.#pool(plan);
    const element = plan.dtype === 'bf16' ? 2 : 4;
    let rest = tensorBytes(plan);
    while (rest > 0) {
      const start = Math.floor(this.#random() * (poolElements / 2)) * element;
      const chunk = pool.subarray(start, start + Math.min(rest, pool.length - start));
      rest -= chunk.length;
      yield chunk;
    }
  }

  #pool({ dtype, fill }: TensorPlan): Uint8Array {
    const key = `${dtype} ${fill === 'ones' ? 'ones' : fill.spread}`;
    const known = this.#pools.get(key);
    if (known) return known;
    const numbers = Float32Array.from({ length: poolElements }, () =>
      fill === 'ones' ? 1 : fill.spread * this.#normal(),
    );
    // A bfloat16 is the upper half of a float; cutting instead of rounding does for random numbers.
    const bytes =
      dtype === 'bf16'
        ? new Uint8Array(Uint16Array.from(new Uint32Array(numbers.buffer), (bits) => bits >>> 16).buffer)
        : new Uint8Array(numbers.buffer);
    this.#pools.set(key, bytes);
    return bytes;
  }

  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }
}

function number5(value: number): string {
  return String(value).padStart(5, '0');
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, JSON.stringify(value, null, 2));
}
