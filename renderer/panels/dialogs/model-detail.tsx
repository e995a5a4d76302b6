import { useState } from 'react';
import { CircleCheck, CircleX } from 'lucide-react';
import type { ModelInfo } from '../../../electron/common/contract.ts';
import type { DeviceReport } from '../../../native-models/shapes.ts';
import { providerRequests } from '../../../native-models/names.ts';
import { toWireError } from '../../../electron/common/errors.ts';
import { type Verification, loadModel, unloadModel, verifyModel } from '../../store/models.ts';
import { openDialog } from '../../store/dialogs.ts';
import { changeSettings } from '../../store/settings.ts';
import { useStudio } from '../../store/studio.ts';
import { isCancelled } from '../../store/toasts.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Field, Select } from '../../ui/field.tsx';
import { counted, formatBytes } from '../../ui/format.ts';
import { Inlines, Markdown } from '../../ui/markdown.tsx';
import { deviceName } from '../../store/device-name.ts';
import dialogs from './dialogs.module.css';
import styles from './models-dialog.module.css';

const providers = providerRequests.map((value) => ({
  value,
  label: deviceName(value),
}));

/** One model: load it, check its files, read its card; for the loaded one, what it really runs on and why. */
export function ModelDetail({ model }: { readonly model: ModelInfo }) {
  const status = useStudio((state) => state.model);
  const provider = useStudio((state) => state.settings.provider);
  const [problem, setProblem] = useState<string | null>(null);
  const [verification, setVerification] = useState<Verification | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const isLoaded = status?.folder === model.folder && status.device !== null;
  const run = (work: () => Promise<void>): void => {
    setIsBusy(true);
    setProblem(null);
    work()
      .catch((thrown: unknown) => {
        if (!isCancelled(thrown)) setProblem(toWireError(thrown).message);
      })
      .finally(() => setIsBusy(false));
  };
  return (
    <section className={styles['detail']} aria-label={model.name}>
      <div className={styles['head']}>
        <h3 className={styles['headName']}>{model.name}</h3>
        <Button
          disabled={isBusy}
          onClick={() => run(async () => setVerification(await verifyModel(model.folder)))}
        >
          Check files
        </Button>
        {isLoaded ? (
          <Button disabled={isBusy} onClick={() => run(unloadModel)}>
            Unload
          </Button>
        ) : (
          <Button
            variant="primary"
            disabled={isBusy || model.problem !== null}
            onClick={() => run(() => loadModel(model.bundled ? null : model.folder))}
          >
            {isBusy && status?.state === 'loading' ? 'Loading…' : 'Load'}
          </Button>
        )}
      </div>
      {problem !== null && (
        <p className={dialogs['problem']} role="alert">
          {problem}
        </p>
      )}
      {verification !== null && <VerificationReport verification={verification} />}
      <p className={styles['facts']}>
        {model.precision} · {formatBytes(model.bytes)} on disk
        {model.memoryBytes !== null &&
          ` · up to ${formatBytes(model.memoryBytes)} of memory while it answers`}
      </p>
      {model.origin !== null && <p className={styles['facts']}>{model.origin}</p>}
      <Field label="Run on" hint="Takes effect when a model is loaded.">
        {(ids) => (
          <Select
            {...ids}
            options={providers}
            value={provider}
            onValue={(value) => void changeSettings({ provider: value })}
          />
        )}
      </Field>
      {isLoaded && status.device !== null && <Device device={status.device} restarts={status.restarts} />}
      {model.card !== null && (
        <>
          {!model.card.text.includes(model.card.summary) && <p>{model.card.summary}</p>}
          <Markdown text={model.card.text} />
          {model.card.vocabulary !== null && (
            <p className={styles['words']}>Words it knows: {model.card.vocabulary.join(', ')}</p>
          )}
        </>
      )}
    </section>
  );
}

function VerificationReport({ verification }: { readonly verification: Verification }) {
  const Icon = verification.ok ? CircleCheck : CircleX;
  return (
    <div role="status">
      <p className={classNames(dialogs['outcome'], verification.ok ? dialogs['good'] : dialogs['bad'])}>
        <Icon size={16} aria-hidden />
        {verification.ok ? 'All files are there and unchanged' : 'Some files are not as they should be'}
      </p>
      <ul className={dialogs['files']}>
        {verification.problems.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </div>
  );
}

/** What the model really runs on: never only what was asked for. */
function Device({ device, restarts }: { readonly device: DeviceReport; readonly restarts: number }) {
  // With several devices tried, each says its own reason.
  const isToldBelow = device.tried.length > 1 && device.tried.some(({ reason }) => reason === device.reason);
  return (
    <div className={styles['device']}>
      <span className={styles['deviceHead']}>
        Runs on {deviceName(device.provider)}, {device.precision}, {counted(device.threads, 'thread')},{' '}
        {formatBytes(device.memoryBytes)} of memory while it waits
      </span>
      <Button size="small" className={styles['why']} onClick={() => openDialog({ kind: 'gpu' })}>
        Graphics card and speed…
      </Button>
      {device.reason !== null && !isToldBelow && <Inlines text={device.reason} />}
      {device.tried.length > 1 && (
        <ul className={styles['tried']}>
          {device.tried.map((attempt) => (
            <li key={attempt.provider}>
              {deviceName(attempt.provider)}:{' '}
              {attempt.ok ? 'works' : <Inlines text={attempt.reason ?? 'does not work here'} />}
            </li>
          ))}
        </ul>
      )}
      {restarts > 0 && (
        <span className={styles['tried']}>
          The model process was restarted {counted(restarts, 'time')} since the app started.
        </span>
      )}
    </div>
  );
}
