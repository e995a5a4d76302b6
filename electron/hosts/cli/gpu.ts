import type { EngineOptions } from '../../../native-models/runtime/engine.ts';
import type { DeviceReport, GpuReport } from '../../../native-models/shapes.ts';
import { providerNames } from '../../../native-models/names.ts';
import { join } from 'node:path';
import { toAppError } from '../../inference/model-error.ts';
import type { Command } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { formatBytes } from './format-text.ts';

export const gpuCommand: Command = {
  name: 'gpu',
  summary: 'What this machine can compute with, what is missing, and what is fastest',
  usage: '[--measure MODEL]',
  details:
    'MODEL is a model folder: every provider that works is timed on it, the fastest is remembered and from then on chosen by itself.',
  options: { measure: { type: 'string', value: 'MODEL', help: 'times the providers on this model again' } },
  positionals: { min: 0, max: 0 },

  async run({ input, terminal, signal, folders }) {
    // What computes is loaded by whoever asks for it, not by every command.
    const { gpuReport } = await import('../../../native-models/runtime/device/gpu-report.ts');
    const report = gpuReport();
    for (const line of linesOf(report)) terminal.line(line);
    const measure = input.path('measure');
    if (measure === null) {
      terminal.result(report);
      return exitCodes.done;
    }
    const choices = join(folders.data, 'device-choices.json');
    const options = { folder: measure, provider: 'auto', threads: null } as const;
    const device = await measured({ ...options, choices, remeasure: true, signal });
    terminal.line('');
    terminal.line(
      `Chosen: ${providerNames[device.provider]}.${device.reason === null ? '' : ` ${device.reason}`}`,
    );
    for (const line of failuresOf(device)) terminal.line(line);
    terminal.result({ ...report, device });
    return exitCodes.done;
  },
};

const severalCards =
  '  CUDA takes the one with most memory free. CUDA_VISIBLE_DEVICES=1 before the start leaves it the second alone (they count from 0).';

/** What was chosen for a model. @throws AppError when it cannot be loaded, in the model room's own words */
async function measured(options: EngineOptions): Promise<DeviceReport> {
  const { loadEngine } = await import('../../../native-models/runtime/engine.ts');
  try {
    const engine = await loadEngine(options);
    const { device } = engine;
    await engine.dispose();
    return device;
  } catch (cause) {
    throw toAppError(cause);
  }
}

/** Why others were not taken, where the choice's own reason does not say it. */
function failuresOf({ tried, reason: told }: DeviceReport): string[] {
  return tried.flatMap(({ provider, reason }) =>
    reason === null || told?.includes(reason) === true ? [] : [`${providerNames[provider]}: ${reason}`],
  );
}

/** The report as lines for a person. */
export function linesOf(report: GpuReport): string[] {
  const cards = report.cards.map(
    ({ name, totalBytes, freeBytes }) =>
      `Card: ${name}, ${formatBytes(freeBytes)} of ${formatBytes(totalBytes)} free`,
  );
  const driver = report.nvidiaDriver === null ? 'none' : report.nvidiaDriver;
  const vulkan = report.vulkanDrivers.length === 0 ? 'none' : report.vulkanDrivers.join(', ');
  const providers = report.providers.flatMap(({ provider, problem, missing, advice }) => [
    `${providerNames[provider]}: ${problem ?? 'nothing is known to be missing'}`,
    ...(missing.length === 0 ? [] : [`  Missing: ${missing.join(', ')}`]),
    ...(advice === null ? [] : [`  ${advice}`]),
  ]);
  const python =
    report.pythonFolders.length === 0
      ? []
      : ['A Python environment has them. Start with', `  LD_LIBRARY_PATH=${report.pythonFolders.join(':')}`];
  return [
    ...(cards.length === 0 ? ['Card: none that NVIDIA’s driver tells of'] : cards),
    ...(cards.length < 2 ? [] : [severalCards]),
    `NVIDIA driver: ${driver}`,
    `Vulkan drivers: ${vulkan}`,
    ...providers,
    ...python,
  ];
}
