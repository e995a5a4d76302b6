import { useCallback, useEffect, useState } from 'react';
import { FolderOpen, Plus } from 'lucide-react';
import type { ModelInfo } from '../../../electron/common/contract.ts';
import { closeDialog } from '../../store/dialogs.ts';
import { pickPath } from '../../store/files.ts';
import { listModels, loadModel } from '../../store/models.ts';
import { useStudio } from '../../store/studio.ts';
import { reporting, showError } from '../../store/toasts.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatBytes } from '../../ui/format.ts';
import { ConvertForm } from './convert-form.tsx';
import { ModelDetail } from './model-detail.tsx';
import styles from './models-dialog.module.css';

/** The models on this machine, the one that answers, what it runs on, and the way to more. */
export function ModelsDialog() {
  const loaded = useStudio((state) => state.model?.folder ?? null);
  const [models, renew] = useModels();
  const [chosen, setChosen] = useState<string | null>(null);
  const [isConverting, setIsConverting] = useState(false);
  const shown = models?.find(({ folder }) => folder === (chosen ?? loaded)) ?? models?.[0];
  if (isConverting) {
    return (
      <ConvertForm
        onBack={() => setIsConverting(false)}
        onConverted={(model) => {
          renew();
          setChosen(model.folder);
          setIsConverting(false);
        }}
      />
    );
  }
  return (
    <Dialog
      title="Models"
      width="wide"
      footer={
        <Button variant="primary" onClick={closeDialog}>
          Done
        </Button>
      }
    >
      <div className={styles['layout']}>
        <div className={styles['list']}>
          {models?.map((model) => (
            <ModelItem
              key={model.folder}
              model={model}
              isShown={model === shown}
              isLoaded={model.folder === loaded}
              onShow={() => setChosen(model.folder)}
            />
          ))}
          <div className={styles['more']}>
            <Button
              variant="ghost"
              onClick={() => reporting('The model was not loaded', openModelFolder(renew))}
            >
              <FolderOpen size={14} aria-hidden />
              Open a model folder…
            </Button>
            <Button variant="ghost" onClick={() => setIsConverting(true)}>
              <Plus size={14} aria-hidden />
              Convert a checkpoint…
            </Button>
          </div>
        </div>
        {shown !== undefined && <ModelDetail key={shown.folder} model={shown} />}
        {models?.length === 0 && (
          <EmptyState
            title="No models here yet"
            text="Open a folder with a converted model, or convert a published PixelLM checkpoint."
          />
        )}
      </div>
    </Dialog>
  );
}

function ModelItem({
  model,
  isShown,
  isLoaded,
  onShow,
}: {
  readonly model: ModelInfo;
  readonly isShown: boolean;
  readonly isLoaded: boolean;
  readonly onShow: () => void;
}) {
  return (
    <button type="button" className={styles['model']} aria-pressed={isShown} onClick={onShow}>
      <span className={styles['name']}>{model.name}</span>
      <span className={styles['facts']}>
        {[
          model.precision,
          formatBytes(model.bytes),
          isLoaded ? 'loaded' : '',
          model.bundled ? 'comes with the app' : '',
        ]
          .filter((fact) => fact !== '')
          .join(' · ')}
      </span>
      {model.problem !== null && <span className={styles['problem']}>{model.problem}</span>}
    </button>
  );
}

/** Loads a model that lies anywhere; from then on it is in the list. */
function openModelFolder(renew: () => void): () => Promise<void> {
  return async () => {
    const folder = await pickPath({ title: 'Open a model folder', want: 'model' });
    if (folder === null) return;
    await loadModel(folder);
    renew();
  };
}

function useModels(): readonly [readonly ModelInfo[] | null, () => void] {
  const [models, setModels] = useState<readonly ModelInfo[] | null>(null);
  const renew = useCallback(() => {
    listModels()
      .then(setModels)
      .catch((thrown: unknown) => showError('The models could not be listed', thrown));
  }, []);
  useEffect(renew, [renew]);
  return [models, renew];
}
