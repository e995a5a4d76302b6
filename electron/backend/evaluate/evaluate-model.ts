import type { DeviceReport, EngineOptions } from '../../../native-models/runtime/engine.ts';
import { toAppError } from '../../inference/model-error.ts';
import { readModelName } from '../models/model-card.ts';
import { answersOf } from './engine-answers.ts';
import { evaluateMuse, type Evaluation, type EvaluationOptions } from './evaluate-muse.ts';

export interface ModelEvaluation {
  readonly model: { readonly folder: string; readonly name: string; readonly precision: string };
  readonly device: DeviceReport;
  readonly evaluation: Evaluation;
}

/**
 * Loads a model into this process, puts every question to it and lets it go.
 *
 * @throws AppError as evaluateMuse, and what loading or running the model fails with
 */
export async function evaluateModel(
  engineOptions: EngineOptions,
  options: Omit<EvaluationOptions, 'answer'>,
): Promise<ModelEvaluation> {
  try {
    // Loaded here and not above: the command line should not load the runtime to print a help text.
    const { loadEngine } = await import('../../../native-models/runtime/engine.ts');
    const engine = await loadEngine(engineOptions);
    try {
      const evaluation = await evaluateMuse({ ...options, answer: answersOf(engine) });
      const { folder } = engineOptions;
      const name = await readModelName(folder, engine.manifest.name);
      const model = { folder, name, precision: engine.manifest.precision };
      return { model, device: engine.device, evaluation };
    } finally {
      await engine.dispose();
    }
  } catch (error) {
    throw toAppError(error);
  }
}
