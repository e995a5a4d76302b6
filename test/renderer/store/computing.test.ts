import { expect, test } from 'vitest';
import type { GpuReport } from '../../../native-models/shapes.ts';
import {
  measureAgain,
  readGpuReport,
  reasonNotToMeasure,
  spellFigures,
  timesTheFastest,
} from '../../../renderer/store/computing.ts';
import { refreshModels } from '../../../renderer/store/models.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { aWindow } from '../../helpers/a-window.ts';
import { aScriptedStudio } from '../../helpers/scripted-studio.ts';

const figures = [
  { provider: 'cuda', answerMs: 400, tokenMs: 9, isWhole: true },
  { provider: 'cpu', answerMs: 6060, tokenMs: 90, isWhole: true },
  { provider: 'webgpu', answerMs: 7000, tokenMs: 0, isWhole: false },
] as const;

const device = {
  provider: 'cuda',
  requested: 'auto',
  reason: 'Measured.',
  tried: [],
  measured: figures,
  precision: 'int4',
  threads: 2,
  memoryBytes: 4e9,
} as const;

function aReport(problems: readonly (string | null)[]): GpuReport {
  const names = ['cuda', 'webgpu', 'cpu'] as const;
  return {
    cards: [],
    nvidiaDriver: null,
    vulkanDrivers: [],
    providers: problems.map((problem, index) => ({
      provider: names[index] ?? 'cpu',
      problem,
      missing: [],
      advice: null,
    })),
    pythonFolders: [],
  };
}

test('measuring again loads the model in use with every provider timed anew, and shows what came out', async () => {
  const loads: unknown[] = [];
  const ready = {
    state: 'ready',
    folder: '/models/small',
    name: 'Small',
    error: null,
    queue: 0,
    restarts: 0,
  };
  const studio = aScriptedStudio({
    handlers: () => ({
      'models.gpuReport': async () => aReport([null, 'No driver.', null]),
      'models.load': async (input) => {
        loads.push(input);
        return { ...ready, state: 'ready' as const, device };
      },
    }),
  });
  await aWindow(studio);
  expect((await readGpuReport()).providers.map(({ problem }) => problem)).toEqual([null, 'No driver.', null]);
  await expect(measureAgain(new AbortController().signal)).rejects.toMatchObject({ code: 'bad-input' });
  await refreshModels();
  await measureAgain(new AbortController().signal);
  expect(loads).toEqual([{ folder: useStudio.getState().settings.modelFolder, remeasure: true }]);
  expect(useStudio.getState().model?.device?.measured).toEqual(figures);
});

test('nothing is measured without a model, with a provider chosen by hand, or with one provider alone: each says why', () => {
  const two = aReport([null, 'No driver.', null]);
  expect(reasonNotToMeasure(two, 'auto', true)).toBeNull();
  expect(reasonNotToMeasure(two, 'auto', false)).toMatch(/Load a model/u);
  expect(reasonNotToMeasure(two, 'cpu', true)).toMatch(/Automatic/u);
  expect(reasonNotToMeasure(aReport(['No library.', 'No driver.', null]), 'auto', true)).toMatch(/Only one/u);
});

test('figures are spelled with their units, and what lost before the end as a bound', () => {
  expect(figures.map(spellFigures)).toEqual([
    { answer: '400 ms', token: '9.0 ms' },
    { answer: '6.1 s', token: '90 ms' },
    { answer: 'more than 7.0 s', token: 'not measured to the end' },
  ]);
  expect(timesTheFastest(figures).map((times) => times.toFixed(1))).toEqual(['1.0', '15.2', '17.5']);
});
