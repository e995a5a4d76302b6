import type { AppContract, ModelInfo } from '../../electron/common/contract.ts';
import type { InputOf } from '../../electron/common/messages.ts';
import { backend } from './client.ts';
import { runJob } from './jobs.ts';
import { changeSettings } from './settings.ts';
import { useStudio } from './studio.ts';
import { showToast } from './toasts.ts';
import type { JobProgress } from './window-state.ts';

export async function refreshModels(): Promise<void> {
  useStudio.setState({ model: await backend().call('models.status', {}) });
}

export function listModels(): Promise<readonly ModelInfo[]> {
  return backend().call('models.list', {});
}

/** Loads a model and keeps it for the next start; null is the bundled one. */
export async function loadModel(folder: string | null): Promise<void> {
  useStudio.setState({ model: await backend().call('models.load', { folder }) });
  await changeSettings({ modelFolder: folder });
}

export async function unloadModel(): Promise<void> {
  useStudio.setState({ model: await backend().call('models.unload', {}) });
}

/** Converts a published checkpoint. The job stands in the tray too, and can be cancelled in either place. */
export function convertModel(
  input: InputOf<AppContract['models.convert']>,
  watch: { readonly signal: AbortSignal; readonly onProgress: (progress: JobProgress) => void },
): Promise<ModelInfo | null> {
  return runJob('Converting a model', async (job) => {
    let model: ModelInfo | null = null;
    const signal = AbortSignal.any([watch.signal, job.signal]);
    for await (const event of backend().stream('models.convert', input, { signal })) {
      if (event.type === 'done') model = event.model;
      else {
        job.report(event);
        watch.onProgress(event);
      }
    }
    if (model !== null) {
      showToast({
        tone: 'success',
        title: `${model.name} is converted`,
        text: 'It is in the list of models, ready to be loaded.',
      });
    }
    return model;
  });
}

export interface Verification {
  readonly ok: boolean;
  readonly problems: readonly string[];
}

/** Reads every file of a model and compares it with the manifest. */
export function verifyModel(folder: string): Promise<Verification | null> {
  return runJob('Checking a model', async ({ signal, report }) => {
    let outcome: Verification | null = null;
    for await (const event of backend().stream('models.verify', { folder }, { signal })) {
      if (event.type === 'progress') report(event);
      else outcome = event;
    }
    return outcome;
  });
}
