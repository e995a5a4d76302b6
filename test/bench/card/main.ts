import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { convertCheckpoint } from '../../../native-models/convert.ts';
import { precisions, providers, type Precision, type Provider } from '../../../native-models/names.ts';
import { gpuReport } from '../../../native-models/runtime/device/gpu-report.ts';
import { checkProvider } from '../../../native-models/runtime/device/self-check.ts';
import { loadEngine } from '../../../native-models/runtime/engine.ts';
import { placeImage } from '../../../native-models/runtime/image/placement.ts';
import { upscaleMask } from '../../../native-models/runtime/upscale-mask.ts';
import { overlapOf } from '../../helpers/image-mask.ts';
import { referenceCheckpoint } from '../../helpers/reference-checkpoint.ts';
import { answerCases } from '../../native-models/runtime/webgpu/answer-cases.ts';
import { GoldenFolder } from '../../parity/golden.ts';
import { main as engineBench } from '../engine/main.ts';

const usage = `Usage: npm run bench -- card [--provider cuda] [--models 7b:int4,7b:fp16] [--repeats 3] [--threads 8] [--folder <kept models>]
Everything that has to be known of a card, in one go: what is there and missing, the self-check, golden answers and masks against the CPU at each
precision, what automatic choice makes of it, then the engine's bench on the card. --provider cpu is the dry run.`;

/** From the project's folder, where benches are started. */
const goldenFolder = path.resolve('test', 'fixtures', 'reference-a');
const cases = ['ev1', 'ev2', 'ev_unk', 'ev_typed', 'ev_order'];

/** @returns the exit code: 1 when the card computes something else than the CPU */
export async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      provider: { type: 'string', default: 'cuda' },
      models: { type: 'string', default: '7b:int4,7b:fp16' },
      repeats: { type: 'string', default: '3' },
      threads: { type: 'string', default: '8' },
      folder: { type: 'string', default: path.join(tmpdir(), 'pixellm-bench') },
    },
  });
  const provider = providers.find((name) => name === values.provider);
  if (provider === undefined) {
    console.error(usage);
    return 2;
  }
  console.log(JSON.stringify(gpuReport(), null, 1));
  if (provider !== 'cpu') {
    const { release, ...found } = await checkProvider(provider, 2);
    console.log('self-check', JSON.stringify(found));
    await release();
  }
  let isRight = true;
  for (const precision of precisions) isRight = (await agrees(provider, precision)) && isRight;
  const { models, repeats, threads, folder } = values;
  const options = ['--models', models, '--repeats', repeats, '--threads', threads, '--folder', folder];
  const measured = await engineBench([...options, '--provider', provider]);
  return isRight ? measured : 1;
}

/** Golden answers of the provider beside the CPU's, and what automatic choice takes for this model. */
async function agrees(provider: Provider, precision: Precision): Promise<boolean> {
  const root = await mkdtemp(path.join(tmpdir(), 'pixellm-card-'));
  const folder = path.join(root, precision);
  try {
    const { model: checkpoint, vision } = await referenceCheckpoint(goldenFolder);
    const signal = new AbortController().signal;
    await convertCheckpoint({
      checkpoint,
      vision,
      out: folder,
      precision,
      signal,
      onProgress: () => undefined,
    });
    const golden = new GoldenFolder(goldenFolder);
    const cpu = await answerCases(folder, golden, { provider: 'cpu', names: cases });
    const card = await answerCases(folder, golden, { provider, names: cases });
    const sameIds = cpu.answers.filter(({ ids }, at) => ids.join() === card.answers[at]?.ids.join()).length;
    const overlaps = golden.manifest.cases
      .filter(({ name }) => cases.includes(name))
      .flatMap(({ original_size: [height, width] }, at) =>
        (cpu.answers[at]?.masks ?? []).map((logits, index) => {
          const [one, other] = [logits, card.answers[at]?.masks[index] ?? []].map((mask) =>
            upscaleMask(
              { logits: Float32Array.from(mask), side: Math.sqrt(mask.length) },
              placeImage({ width, height }, 448),
              { width, height },
            ),
          );
          return one && other ? overlapOf(one, other) : 0;
        }),
      );
    const least = Math.min(...overlaps);
    console.log(
      `${precision}: same answers ${sameIds} of ${cases.length}, least mask IoU ${least.toFixed(4)} of ${overlaps.length}`,
    );
    const auto = await loadEngine({ folder, provider: 'auto', threads: null, remeasure: true, signal });
    console.log(`  automatic choice: ${auto.device.provider}. ${auto.device.reason ?? ''}`);
    await auto.dispose();
    return sameIds === cases.length && least >= 0.99;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
