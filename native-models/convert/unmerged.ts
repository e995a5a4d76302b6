import { readdir } from 'node:fs/promises';
import { abbreviateList, ModelError } from '../errors.ts';

/** How PixelLM's own repository makes one model of what its training leaves. */
const zeroCommand = 'python zero_to_fp32.py . pytorch_model.bin';
const mergeCommand =
  'python merge_lora_weights_and_save_hf_model.py --version BASE_MODEL --weight pytorch_model.bin --save_path MERGED_MODEL';

/**
 * Names what a folder holds instead of a merged checkpoint: adapters, the pieces of a training run, another program's format.
 *
 * @throws ModelError 'checkpoint-unsupported' when it is one of these and nothing that could be read besides
 */
export async function refuseOtherFormats(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const has = (pattern: RegExp): string | undefined => names.find((name) => pattern.test(name));
  if (has(/^(?:model\.safetensors|pytorch_model\.bin)(?:\.index\.json)?$/u)) return;
  const adapter = has(/^adapter_(?:model\.(?:bin|safetensors)|config\.json)$/u);
  if (adapter !== undefined)
    throw unsupported(
      folder,
      `holds LoRA adapters alone (${adapter}), not a model. Merge them into their base model first, with PixelLM's own repository: ${mergeCommand}`,
    );
  const zero = has(/^(?:zero_to_fp32\.py|global_step\d+|latest|zero_pp_rank_.*|.*mp_rank_\d+.*)$/u);
  if (zero !== undefined)
    throw unsupported(
      folder,
      `is what a DeepSpeed training saved (${zero}), in pieces. Put it together first: ${zeroCommand}; then merge its adapters: ${mergeCommand}`,
    );
  const shard = has(/^(?:model|pytorch_model)-\d+-of-\d+\.(?:bin|safetensors)$/u);
  if (shard !== undefined)
    throw unsupported(
      folder,
      `has shards (${shard}, ...) but not their list (*.index.json). Download it as well.`,
    );
  const other = has(/\.(?:gguf|ggml|h5|msgpack|onnx|pth|pt|ckpt)$/u);
  if (other !== undefined)
    throw unsupported(
      folder,
      `holds ${other}, which is not the format that PixelLM checkpoints are published in (pytorch_model*.bin or model*.safetensors).`,
    );
}

/**
 * Names of LoRA adapters that were never merged into the weights they correct. Without them the model would answer as before its training.
 *
 * @throws ModelError 'checkpoint-unsupported'
 */
export function refuseAdapters(names: readonly string[]): void {
  const adapters = names.filter((name) =>
    /\.(?:lora_(?:[AB]|embedding_[AB]|magnitude_vector)|base_layer|modules_to_save|original_module)(?:\.|$)/u.test(
      name,
    ),
  );
  if (adapters.length === 0) return;
  throw new ModelError(
    'checkpoint-unsupported',
    `The checkpoint holds ${adapters.length} tensors of LoRA adapters that were never merged (${abbreviateList(adapters, 2)}). Merge them first, with PixelLM's own repository: ${mergeCommand}`,
    { adapters },
  );
}

/** Names that quantising programs put beside or in place of a weight. */
const quantisers = [
  { pattern: /\.(?:qweight|qzeros|g_idx)$/u, name: 'GPTQ or AWQ' },
  {
    pattern: /\.(?:absmax|quant_map|nested_absmax|nested_quant_map|quant_state\..+|SCB|weight_format)$/u,
    name: 'bitsandbytes',
  },
  {
    pattern: /\.(?:weight_scale|weight_scale_inv|input_scale|weight_packed)$/u,
    name: 'compressed-tensors or FP8',
  },
] as const;

/**
 * Weights that another program has quantised already: their numbers cannot be had back as they were.
 *
 * @throws ModelError 'checkpoint-unsupported'
 */
export function refuseQuantised(names: readonly string[]): void {
  for (const { pattern, name } of quantisers) {
    const found = names.filter((each) => pattern.test(each));
    if (found.length === 0) continue;
    throw new ModelError(
      'checkpoint-unsupported',
      `The checkpoint was quantised with ${name} (${abbreviateList(found, 2)}). Convert the checkpoint it was made from: this app quantises by itself (--precision).`,
      { found, by: name },
    );
  }
}

function unsupported(folder: string, what: string): ModelError {
  return new ModelError('checkpoint-unsupported', `${folder} ${what}`, { folder });
}
