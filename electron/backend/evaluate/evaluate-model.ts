import type { EngineOptions } from '../../../native-models/runtime/engine.ts';
import type { DeviceReport } from '../../../native-models/shapes.ts';
import { toAppError } from '../../inference/model-error.ts';
import { readModelCard, readModelName } from '../models/model-card.ts';
import { answersOf } from './engine-answers.ts';
import { evaluateMuse, type Evaluation, type EvaluationOptions } from './evaluate-muse.ts';

export interface ModelEvaluation {
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
  options: Omit<EvaluationOptions, 'answer' | 'model'>,
): Promise<ModelEvaluation> {
  try {
    // Loaded here and not above: the command line should not load the runtime to print a help text.
    const { loadEngine } = await import('../../../native-models/runtime/engine.ts');
    const engine = await loadEngine(engineOptions);
    try {
      const { folder } = engineOptions;
      const name = await readModelName(folder, engine.manifest.name);
      const card = await readModelCard(folder, name);
      const { precision } = engine.manifest;
      const evaluation = await evaluateMuse({
        ...options,
        model: { name, folder, precision, provider: engine.device.provider },
        answer: answersOf(engine, { card, style: options.style }),
      });
      return { device: engine.device, evaluation };
    } finally {
      await engine.dispose();
    }
  } catch (error) {
    throw toAppError(error);
  }
}
