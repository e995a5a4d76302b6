import { AppError } from '../../electron/common/errors.ts';
import type { DeviceReport, GpuReport, MeasuredProvider } from '../../native-models/shapes.ts';
import { backend } from './client.ts';
import { useStudio } from './studio.ts';

/** What there is to compute with on the machine that the app runs on. Nothing is loaded for it. */
export function readGpuReport(): Promise<GpuReport> {
  return backend().call('models.gpuReport', {});
}

/**
 * Loads the model that is in use once more and times it on every provider that works, whatever is remembered.
 *
 * @throws AppError 'bad-input' when there is no model to measure with
 */
export async function measureAgain(signal: AbortSignal): Promise<void> {
  const { model, settings } = useStudio.getState();
  if (model === null || model.folder === null)
    throw new AppError('bad-input', 'Load a model first: what is fastest depends on it.');
  const request = { folder: settings.modelFolder, remeasure: true };
  useStudio.setState({ model: await backend().call('models.load', request, { signal }) });
}

/** Why there is nothing to measure as things are, in a sentence, or null. */
export function reasonNotToMeasure(report: GpuReport, requested: string, hasModel: boolean): string | null {
  if (!hasModel) return 'Load a model first: what is fastest depends on it.';
  if (requested !== 'auto')
    return 'One provider was chosen in the settings, so nothing is compared. Set “Run on” to Automatic to have the fastest chosen.';
  return report.providers.filter(({ problem }) => problem === null).length < 2
    ? 'Only one provider can be used here, so there is nothing to compare.'
    : null;
}

/** "0.4 s" and "9 ms" of a measured provider; what lost before the end has only a lower bound. */
export function spellFigures({ answerMs, tokenMs, isWhole }: MeasuredProvider): {
  answer: string;
  token: string;
} {
  if (!isWhole) return { answer: `more than ${spell(answerMs)}`, token: 'not measured to the end' };
  return { answer: spell(answerMs), token: spell(tokenMs) };
}

/** How many times as long the slower ones take, fastest first: 1 for the fastest. */
export function timesTheFastest(measured: DeviceReport['measured']): readonly number[] {
  const fastest = Math.min(...measured.map(({ answerMs }) => answerMs));
  return measured.map(({ answerMs }) => (fastest > 0 ? answerMs / fastest : 1));
}

function spell(milliseconds: number): string {
  if (milliseconds >= 950) return `${(milliseconds / 1000).toFixed(1)} s`;
  return milliseconds >= 9.5 ? `${Math.round(milliseconds)} ms` : `${milliseconds.toFixed(1)} ms`;
}
