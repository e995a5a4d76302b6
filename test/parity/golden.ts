import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readNpy, toNumbers } from './npy.ts';
import type { NpyArray } from './npy.ts';

const tensorSchema = z.object({ file: z.string(), shape: z.array(z.number()), dtype: z.string() });
/** [height, width], as in NumPy. */
const sizeSchema = z.tuple([z.number(), z.number()]);

const caseSchema = z.object({
  name: z.string(),
  kind: z.enum(['teacher_forced', 'evaluate']),
  image: z.string(),
  resized: z.string().optional(),
  question: z.string(),
  answer: z.string().optional(),
  max_new_tokens: z.number().optional(),
  original_size: sizeSchema,
  resized_size: sizeSchema,
  targets: z.number(),
  text: z.string().optional(),
  text_printed: z.string().optional(),
  mask_png: z.array(z.string()).default([]),
  tensors: z.record(z.string(), tensorSchema),
});

const imageSchema = z.object({
  file: z.string(),
  resized: z.string(),
  original_size: sizeSchema,
  resized_size: sizeSchema,
  sha256_resized_rgb: z.string(),
  sha256_decoded_rgb: z.string(),
});

const manifestSchema = z.object({
  seg_token_num: z.number(),
  tolerance_abs: z.record(z.string(), z.union([z.number(), z.string()])),
  cases: z.array(caseSchema),
  images: z.record(z.string(), imageSchema),
  tokenizer: z.string().optional(),
  globals: z.record(z.string(), tensorSchema).default({}),
});

export type GoldenCase = z.infer<typeof caseSchema>;
export type GoldenImage = z.infer<typeof imageSchema>;
type TensorEntry = z.infer<typeof tensorSchema>;

/** A golden tensor, and how it was thinned out: `stride` 7 means that every seventh was kept (of rows and columns, or of channels). */
export interface GoldenTensor extends NpyArray {
  readonly name: string;
  readonly stride: number;
  readonly tolerance: number;
}

/** A folder of numbers recorded from the original PixelLM code. Its README tells the layout. */
export class GoldenFolder {
  readonly folder: string;
  readonly manifest: z.infer<typeof manifestSchema>;

  constructor(folder: string) {
    this.folder = path.resolve(folder);
    this.manifest = manifestSchema.parse(this.readJson('manifest.json'));
  }

  path(file: string): string {
    return path.join(this.folder, file);
  }

  has(file: string): boolean {
    return existsSync(this.path(file));
  }

  readJson(file: string): unknown {
    return JSON.parse(readFileSync(this.path(file), 'utf8'));
  }

  /** The case's tensor of that name, thinned out or not; null when it was not recorded. */
  tensor(golden: GoldenCase, name: string): GoldenTensor | null {
    return this.#find(golden.tensors, name, null);
  }

  global(name: string): GoldenTensor | null {
    return this.#find(this.manifest.globals, name, 'globals');
  }

  /** The ids of a tensor of whole numbers. */
  ids(golden: GoldenCase, name: string): number[] | null {
    const tensor = this.tensor(golden, name);
    return tensor && toNumbers(tensor);
  }

  #find(
    entries: Readonly<Record<string, TensorEntry>>,
    name: string,
    group: string | null,
  ): GoldenTensor | null {
    const found = Object.entries(entries).find(([key]) => baseName(key) === name);
    if (found === undefined) return null;
    const [key, entry] = found;
    const stride = Number(/_sub(\d+)$/.exec(key)?.[1] ?? 1);
    return { ...readNpy(this.path(entry.file)), name: key, stride, tolerance: this.tolerance(group ?? name) };
  }

  /** The largest absolute difference the folder allows; 0 for what must be equal. */
  tolerance(name: string): number {
    const found = Object.entries(this.manifest.tolerance_abs).find(([key]) => baseName(key) === name);
    if (typeof found?.[1] === 'number') return found[1];
    return 0;
  }
}

function baseName(key: string): string {
  return key.replace(/_sub\d+$/, '');
}
