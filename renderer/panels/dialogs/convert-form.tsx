import { type ComponentProps, useState } from 'react';
import type { ModelInfo } from '../../../electron/common/contract.ts';
import { convertModel } from '../../store/models.ts';
import type { Precision } from '../../../native-models/names.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, Select } from '../../ui/field.tsx';
import styles from './dialogs.module.css';
import { JobProgressView } from './job-progress.tsx';
import { PathField } from './path-field.tsx';
import { useJob } from './use-job.ts';

const precisions: readonly { readonly value: Precision; readonly label: string }[] = [
  { value: 'int4', label: 'int4: smallest, for most machines' },
  { value: 'int8', label: 'int8: twice the size, closer to the original' },
  { value: 'fp16', label: 'fp16: for GPUs with enough memory' },
  { value: 'fp32', label: 'fp32: exactly the original numbers' },
];

/** Makes a model of this app from a published PixelLM checkpoint. */
export function ConvertForm({
  onBack,
  onConverted,
}: {
  readonly onBack: () => void;
  readonly onConverted: (model: ModelInfo) => void;
}) {
  const [checkpoint, setCheckpoint] = useState('');
  const [vision, setVision] = useState('');
  const [out, setOut] = useState('');
  const [precision, setPrecision] = useState<Precision>('int4');
  const job = useJob<ModelInfo>();
  const isRunning = job.view.state === 'running';
  const isReady = [checkpoint, vision, out].every((path) => path.trim() !== '');
  const start = (): void => {
    job.start(async (watch) => {
      const model = await convertModel({ checkpoint, vision, out, precision }, watch);
      if (model !== null) onConverted(model);
      return model;
    });
  };
  return (
    <Dialog
      title="Convert a checkpoint"
      description="Reads a PixelLM checkpoint as it was published and writes a model folder that this app runs. It can take a while; cancelling leaves nothing half-done."
      footer={
        isRunning ? (
          <Button onClick={job.cancel}>Cancel conversion</Button>
        ) : (
          <>
            <Button onClick={onBack}>Back</Button>
            <Button variant="primary" disabled={!isReady} onClick={start}>
              Convert
            </Button>
          </>
        )
      }
    >
      {job.view.state === 'running' ? (
        <JobProgressView title="Converting" progress={job.view.progress} />
      ) : (
        <div className={styles['stack']}>
          <FolderField
            label="Checkpoint"
            hint="The folder with config.json, the weights (.bin or .safetensors) and tokenizer.model."
            path={checkpoint}
            onPath={setCheckpoint}
          />
          <FolderField
            label="Vision tower"
            hint="The folder of the CLIP model the checkpoint was trained with."
            path={vision}
            onPath={setVision}
          />
          <FolderField
            label="Write to"
            hint="An empty or new folder for the converted model."
            path={out}
            onPath={setOut}
          />
          <Field label="Precision" hint="The model's card will state what the precision costs.">
            {(ids) => <Select {...ids} options={precisions} value={precision} onValue={setPrecision} />}
          </Field>
        </div>
      )}
      {job.view.state === 'failed' && (
        <p className={styles['problem']} role="alert">
          {job.view.message}
        </p>
      )}
    </Dialog>
  );
}

function FolderField(field: Omit<ComponentProps<typeof PathField>, 'wish' | 'failure'>) {
  const { label } = field;
  return <PathField {...field} wish={{ title: label, want: 'model' }} failure="No folder was chosen" />;
}
