import { copyFile, readFile, statfs } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import type { Precision } from './names.ts';
import { buildFolder } from './convert/atomic-folder.ts';
import { bytesToHash, describeOrigin } from './convert/describe-origin.ts';
import { estimateMemory } from './convert/estimate-memory.ts';
import { WeightProducer } from './convert/produce-weights.ts';
import { ProgressCounter, type ConversionProgress, type ConversionStage } from './convert/progress.ts';
import { readInputs, type ConversionInputs } from './convert/read-inputs.ts';
import { auditTensors, SourceTensors } from './convert/source-tensors.ts';
import { writeFile, writeGraph, writeVariant, type WrittenGraph } from './convert/write-graph.ts';
import { ModelError, throwIfCancelled } from './errors.ts';
import { onnxDtypes } from './onnx/dtype.ts';
import { elementsOf } from './onnx/shape.ts';
import {
  manifestFileName,
  manifestSchema,
  type ManifestFile,
  type ModelManifest,
  type ModelOrigin,
  type WeightLoss,
} from './pixellm/manifest.ts';
import {
  decoderGraph,
  gpuStyles,
  masksGraph,
  visionGraph,
  type GraphOptions,
} from './pixellm/model-graphs.ts';
import { manifestProblems } from './pixellm/manifest-problems.ts';
import { blockFor, stylesFor } from './pixellm/precision-styles.ts';
import { unneededTensors } from './pixellm/unneeded-tensors.ts';
import { sizeText } from './size-text.ts';
import type { ModelGraph, TensorRef, WeightSource } from './pixellm/weights.ts';

export { verifyModel } from './convert/verify-model.ts';
export { fileProblem } from './pixellm/file-problems.ts';
export { readManifest } from './pixellm/read-manifest.ts';
export type { ModelManifest } from './pixellm/manifest.ts';
export type { ConversionProgress } from './convert/progress.ts';

export type ConversionOptions = {
  /** Folder of the PixelLM checkpoint as published, and of its CLIP vision tower. */
  readonly checkpoint: string;
  readonly vision: string;
  /** Model folder to write; it appears only when it is complete. */
  readonly out: string;
  readonly precision: Precision;
  /** Codebook tokens per level; without it the tokenizer tells. */
  readonly segTokenNum?: number;
  readonly overwrite?: boolean;
  /** Adds the outputs that parity tests compare. */
  readonly taps?: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ConversionProgress) => void;
};

type Part = WeightLoss['part'];

/**
 * Turns a published PixelLM checkpoint and its vision tower into a model folder that the runtime loads. Memory stays a few tensors large
 * whatever the checkpoint's size; nothing appears under `out` unless all of it succeeded.
 *
 * @throws ModelError with the code of whatever is wrong with the checkpoint, the disk or the request
 */
export async function convertCheckpoint(options: ConversionOptions): Promise<ModelManifest> {
  const { signal } = options;
  options.onProgress({ stage: 'check', done: 0, total: 0, bytes: 0 });
  const inputs = await readInputs({
    checkpoint: options.checkpoint,
    vision: options.vision,
    segTokenNum: options.segTokenNum ?? null,
  });
  const source = await SourceTensors.open(inputs.checkpoint, options.vision);
  try {
    const plan = planModel(inputs, options);
    auditTensors(
      source,
      [...plan.graphs.flatMap(({ graph }) => tensorsOf(graph)), plan.embedding],
      unneededTensors(inputs.network),
    );
    throwIfCancelled(signal);
    const out = resolve(options.out);
    return await buildFolder(out, options.overwrite ?? false, async (folder) => {
      await checkSpace(folder, plan.totalBytes);
      const progress = new ProgressCounter(plan.totalBytes + bytesToHash(source), options.onProgress);
      const origin = await describeOrigin(
        { source, tower: inputs.tower },
        { signal, onRead: (bytes) => progress.countRead('check', bytes) },
      );
      return writeModel(folder, { inputs, source, plan, options, origin, progress });
    });
  } finally {
    await source.dispose();
  }
}

type Plan = {
  readonly graphs: readonly { readonly part: Exclude<Part, 'embedding'>; readonly graph: ModelGraph }[];
  /** The same again as GPU providers compute it best; no weights of their own. The decoder's is made on the machine that runs it. */
  readonly variants: {
    readonly vision: ModelGraph;
    readonly masks: ModelGraph;
  };
  readonly embedding: TensorRef;
  readonly embeddingDtype: 'f32' | 'f16';
  readonly totalBytes: number;
};

function planModel({ network }: ConversionInputs, { precision, taps }: ConversionOptions): Plan {
  const graphOptions: GraphOptions = {
    styles: stylesFor(precision, blockFor(network)),
    taps: taps ?? false,
  };
  const gpuOptions = { ...graphOptions, styles: gpuStyles(graphOptions.styles) };
  const graphs = [
    { part: 'vision', graph: visionGraph(network, graphOptions) },
    { part: 'decoder', graph: decoderGraph(network, graphOptions) },
    { part: 'masks', graph: masksGraph(network, graphOptions) },
  ] as const;
  const embedding = {
    name: 'model.embed_tokens.weight',
    shape: [network.language.vocabulary, network.language.hidden],
  };
  const embeddingDtype = precision === 'fp32' ? 'f32' : 'f16';
  const weights = graphs.flatMap(({ graph }) =>
    graph.weights.map(({ value }) => elementsOf(value.shape) * onnxDtypes[value.dtype].bytes),
  );
  const totalBytes = weights.reduce(
    (sum, bytes) => sum + bytes,
    elementsOf(embedding.shape) * onnxDtypes[embeddingDtype].bytes,
  );
  const variants = {
    vision: visionGraph(network, gpuOptions),
    masks: masksGraph(network, gpuOptions),
  };
  return { graphs, variants, embedding, embeddingDtype, totalBytes };
}

function tensorsOf(graph: ModelGraph): TensorRef[] {
  return graph.weights.flatMap(({ source }) => (source.kind === 'computed' ? source.from : [source.from]));
}

/** @throws ModelError 'disk-full' before any work is spent */
async function checkSpace(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= needed) return;
  throw new ModelError(
    'disk-full',
    `The model needs ${sizeText(needed)}; the disk has ${sizeText(bavail * bsize)} left.`,
    { needed, free: bavail * bsize },
  );
}

async function writeModel(
  folder: string,
  {
    inputs,
    source,
    plan,
    options,
    origin,
    progress,
  }: {
    inputs: ConversionInputs;
    source: SourceTensors;
    plan: Plan;
    options: ConversionOptions;
    origin: ModelOrigin;
    progress: ProgressCounter;
  },
): Promise<ModelManifest> {
  const producer = new WeightProducer(source, options.signal);
  const weightLoss: WeightLoss[] = [];
  const counted = (stage: ConversionStage) => (weight: WeightSource) =>
    progress.count(stage, producer.produce(weight));
  const written: Partial<Record<Part, WrittenGraph>> = {};
  for (const { part, graph } of plan.graphs) {
    progress.begin(part);
    written[part] = await writeGraph(folder, part, graph, counted(part));
    weightLoss.push(...producer.takeLosses(part));
  }
  progress.begin('embedding');
  const embedding = await writeFile(join(folder, 'embedding.bin'), async (file) => {
    const chunks = counted('embedding')({ kind: 'stored', from: plan.embedding, dtype: plan.embeddingDtype });
    for await (const chunk of chunks) await file.append(chunk);
  });
  weightLoss.push(...producer.takeLosses('embedding'));
  progress.begin('finish');
  const { vision, decoder, masks } = written;
  if (!vision || !decoder || !masks) throw new Error('All three graphs are planned.');
  const visionGpu = await writeVariant(folder, 'vision.gpu', plan.variants.vision, vision);
  const masksGpu = await writeVariant(folder, 'masks.gpu', plan.variants.masks, masks);
  const graphs = { vision, decoder, masks, visionGpu, masksGpu };
  const files = [
    ...Object.values(graphs).flatMap((graph) => graph.files),
    { path: 'embedding.bin', ...embedding },
    ...(await copyTokenizer(inputs.checkpoint, folder)),
  ];
  const manifest = describeModel({ inputs, plan, options, origin, files, weightLoss, graphs });
  const [contradiction] = manifestProblems(manifest);
  if (contradiction !== undefined) throw new ModelError('config-invalid', contradiction);
  await writeFile(join(folder, manifestFileName), (file) =>
    file.append(new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`)),
  );
  return manifest;
}

function describeModel(parts: {
  inputs: ConversionInputs;
  plan: Plan;
  options: ConversionOptions;
  origin: ModelOrigin;
  files: ManifestFile[];
  weightLoss: WeightLoss[];
  graphs: Readonly<Record<Exclude<keyof ModelManifest['graphs'], 'decoderGpu'>, WrittenGraph>>;
}): ModelManifest {
  const { inputs, plan, options, origin, files, weightLoss, graphs } = parts;
  const { network, tokens, conversation, contextLength } = inputs;
  const { vision, decoder, masks } = graphs;
  const loaded = vision.graph.loadedBytes + decoder.graph.loadedBytes + masks.graph.loadedBytes;
  return manifestSchema.parse({
    format: 'pixellm-model',
    version: 1,
    name: basename(resolve(options.out)),
    precision: options.precision,
    created: new Date().toISOString(),
    network,
    tokens,
    conversation,
    contextLength,
    graphs: {
      vision: vision.graph,
      decoder: decoder.graph,
      masks: masks.graph,
      visionGpu: graphs.visionGpu.graph,
      masksGpu: graphs.masksGpu.graph,
    },
    embedding: {
      file: 'embedding.bin',
      dtype: plan.embeddingDtype,
      rows: network.language.vocabulary,
      columns: network.language.hidden,
    },
    tokenizer: { model: 'tokenizer.model', addedTokens: 'added_tokens.json' },
    files,
    weightLoss,
    answerLoss: null,
    origin,
    historyTurns: inputs.historyTurns,
    memory: estimateMemory(network, contextLength, loaded),
  } satisfies ModelManifest);
}

async function copyTokenizer(checkpoint: string, folder: string): Promise<ManifestFile[]> {
  const files: ManifestFile[] = [];
  for (const path of ['tokenizer.model', 'added_tokens.json']) {
    await copyFile(join(checkpoint, path), join(folder, path));
    const content = await readFile(join(folder, path));
    files.push({ path, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') });
  }
  return files;
}
