import { writeFile } from 'node:fs/promises';
import type { Provider } from '../../../../native-models/names.ts';
import { loadEngine } from '../../../../native-models/runtime/engine.ts';
import type { DeviceReport } from '../../../../native-models/shapes.ts';
import { askGolden } from '../../../parity/answer-rungs.ts';
import { GoldenFolder } from '../../../parity/golden.ts';

export interface CaseAnswer {
  readonly name: string;
  readonly ids: readonly number[];
  /** Low-resolution logits of each target. */
  readonly masks: readonly (readonly number[])[];
}

export interface CaseAnswers {
  readonly device: DeviceReport;
  readonly answers: readonly CaseAnswer[];
}

/** Answers golden cases with one provider. */
export async function answerCases(
  model: string,
  golden: GoldenFolder,
  { provider, names }: { provider: Provider; names: readonly string[] },
): Promise<CaseAnswers> {
  const engine = await loadEngine({
    folder: model,
    provider,
    threads: 2,
    signal: new AbortController().signal,
  });
  try {
    const answers: CaseAnswer[] = [];
    for (const example of golden.manifest.cases.filter(({ name }) => names.includes(name))) {
      const { done, targets } = await askGolden(golden, example, { engine });
      answers.push({ name: example.name, ids: done.ids, masks: targets.map((target) => [...target.logits]) });
    }
    return { device: engine.device, answers };
  } finally {
    await engine.dispose();
  }
}

/** As a process of its own: model folder, golden folder, provider, cases, file for the result. */
export async function main([
  model = '',
  goldenFolder = '',
  provider = '',
  names = '',
  resultFile = '',
]: readonly string[]): Promise<void> {
  const request = { provider: provider as Provider, names: names.split(',') }; // the test that starts us names a provider
  await writeFile(
    resultFile,
    JSON.stringify(await answerCases(model, new GoldenFolder(goldenFolder), request)),
  );
}
