import type { StoredTensor } from './stored-tensor.ts';

/** What wrappers put before every name: parallel training, torch.compile, PEFT. */
const prefixes = ['module.', '_orig_mod.', 'base_model.model.', 'base_model.', 'model.module.'] as const;

/** Tensors that every checkpoint of their kind has once: what stands before theirs is before all, whoever put it there ("ema.", "student."). */
const landmarks = ['lm_head.weight', 'vision_model.embeddings.class_embedding'] as const;

/**
 * Takes away what a wrapper put before every single name. Only where all names have it: what some names begin with belongs to them.
 *
 * @returns the tensors by their plain names, and what was taken away ('' when nothing was)
 */
export function withPlainNames(tensors: ReadonlyMap<string, StoredTensor>): {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly prefix: string;
} {
  const names = [...tensors.keys()];
  let prefix = '';
  for (;;) {
    const found =
      names.length === 0
        ? undefined
        : prefixes.find((candidate) =>
            names.every(
              (name) => name.startsWith(prefix + candidate) && name.length > prefix.length + candidate.length,
            ),
          );
    if (found === undefined) break;
    prefix += found;
  }
  const landmark = landmarks.find((mark) => names.filter((name) => name.endsWith(`.${mark}`)).length === 1);
  const marked = names.find((name) => landmark !== undefined && name.endsWith(`.${landmark}`));
  const before = marked?.slice(0, marked.length - (landmark?.length ?? 0)) ?? '';
  if (before.length > prefix.length && names.every((name) => name.startsWith(before))) prefix = before;
  if (prefix === '') return { tensors, prefix };
  const plain = [...tensors.values()].map((tensor) => ({
    ...tensor,
    name: tensor.name.slice(prefix.length),
  }));
  return { tensors: new Map(plain.map((tensor) => [tensor.name, tensor])), prefix };
}
