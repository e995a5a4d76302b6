import { useEffect, useState } from 'react';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { toWireError } from '../../../electron/common/errors.ts';
import type { DeviceReport, GpuReport, ProviderReport } from '../../../native-models/shapes.ts';
import { closeDialog } from '../../store/dialogs.ts';
import {
  measureAgain,
  readGpuReport,
  reasonNotToMeasure,
  spellFigures,
  timesTheFastest,
} from '../../store/computing.ts';
import { deviceName } from '../../store/device-name.ts';
import type { Studio } from '../../store/studio.ts';
import { useStudio } from '../../store/studio.ts';
import { isCancelled } from '../../store/toasts.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { formatBytes } from '../../ui/format.ts';
import { Inlines } from '../../ui/markdown.tsx';
import dialogs from './dialogs.module.css';
import styles from './gpu-dialog.module.css';

/** What the model runs on and why, with the figures; what this machine has; what is missing and how to get it. */
export function GpuDialog() {
  const [report, setReport] = useState<GpuReport | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    readGpuReport()
      .then(setReport)
      .catch((thrown: unknown) => setProblem(toWireError(thrown).message));
  }, []);
  return (
    <Dialog
      title="Graphics card and speed"
      description="What the model runs on is measured with the model itself, not guessed."
      width="wide"
      footer={
        <Button variant="primary" onClick={closeDialog}>
          Done
        </Button>
      }
    >
      {problem !== null && (
        <p className={dialogs['problem']} role="alert">
          {problem}
        </p>
      )}
      {report !== null && (
        <div className={styles['page']}>
          <Chosen report={report} />
          <Machine report={report} />
          <Providers report={report} />
        </div>
      )}
    </Dialog>
  );
}

function Chosen({ report }: { readonly report: GpuReport }) {
  const model = useStudio((state) => state.model);
  const requested = useStudio((state) => state.settings.provider);
  const [measuring, setMeasuring] = useState<AbortController | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const device = model?.device ?? null;
  const objection = reasonNotToMeasure(report, requested, model !== null && model.folder !== null);
  const isToldBelow = report.providers.some((provider) => provider.problem === device?.reason);
  const measure = (): void => {
    const controller = new AbortController();
    setMeasuring(controller);
    setProblem(null);
    measureAgain(controller.signal)
      .catch((thrown: unknown) => {
        if (!isCancelled(thrown)) setProblem(toWireError(thrown).message);
      })
      .finally(() => setMeasuring(null));
  };
  return (
    <section className={styles['section']} aria-label="What was chosen">
      <div className={styles['head']}>
        <h3 className={styles['title']}>{titleOf(measuring !== null, model)}</h3>
        {measuring === null ? (
          <Button disabled={objection !== null} onClick={measure}>
            Measure again
          </Button>
        ) : (
          <Button onClick={() => measuring.abort()}>Stop measuring</Button>
        )}
      </div>
      {measuring !== null && (
        <p className={dialogs['muted']} role="status">
          Measuring: the model is loaded on each provider in turn and timed. Questions wait until then.
        </p>
      )}
      {problem !== null && (
        <p className={dialogs['problem']} role="alert">
          {problem}
        </p>
      )}
      {device !== null && device.measured.length > 0 && <Figures device={device} />}
      {device !== null && device.measured.length === 0 && device.reason !== null && !isToldBelow && (
        <p className={dialogs['muted']}>
          <Inlines text={device.reason} />
        </p>
      )}
      {objection !== null && measuring === null && <p className={dialogs['muted']}>{objection}</p>}
    </section>
  );
}

function titleOf(isMeasuring: boolean, model: Studio['model']): string {
  const name = model?.name ?? 'The model';
  if (isMeasuring) return `${name} is being measured`;
  const device = model?.device ?? null;
  return device === null ? 'No model is loaded' : `${name} runs on ${deviceName(device.provider)}`;
}

function Figures({ device }: { readonly device: DeviceReport }) {
  const times = timesTheFastest(device.measured);
  return (
    <table className={styles['figures']}>
      <thead>
        <tr>
          <th scope="col">Measured with this model</th>
          <th scope="col">An answer</th>
          <th scope="col">A token</th>
          <th scope="col">Times the fastest</th>
        </tr>
      </thead>
      <tbody>
        {device.measured.map((measured, index) => {
          const { answer, token } = spellFigures(measured);
          const isChosen = measured.provider === device.provider;
          return (
            <tr key={measured.provider} className={classNames(isChosen && styles['chosen'])}>
              <th scope="row">
                {deviceName(measured.provider)}
                {isChosen && <span className={styles['mark']}>chosen</span>}
              </th>
              <td>{answer}</td>
              <td>{token}</td>
              <td>
                {measured.isWhole ? '' : 'over '}
                {(times[index] ?? 1).toFixed(1)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Machine({ report }: { readonly report: GpuReport }) {
  return (
    <section className={styles['section']} aria-label="This machine">
      <h3 className={styles['title']}>This machine</h3>
      <dl className={dialogs['facts']}>
        <dt>Graphics cards</dt>
        <dd>
          {report.cards.length === 0
            ? 'none that NVIDIA’s driver tells of'
            : report.cards.map(({ name, totalBytes, freeBytes }) => (
                <div key={name}>
                  {name}, {formatBytes(freeBytes)} of {formatBytes(totalBytes)} free
                </div>
              ))}
        </dd>
        <dt>NVIDIA driver</dt>
        <dd>{report.nvidiaDriver ?? 'none'}</dd>
        <dt>Vulkan drivers</dt>
        <dd>{report.vulkanDrivers.length === 0 ? 'none' : report.vulkanDrivers.join(', ')}</dd>
      </dl>
    </section>
  );
}

function Providers({ report }: { readonly report: GpuReport }) {
  return (
    <section className={styles['section']} aria-label="Ways to compute">
      <h3 className={styles['title']}>Ways to compute</h3>
      <ul className={styles['providers']}>
        {report.providers.map((provider) => (
          <Provider key={provider.provider} report={provider} />
        ))}
      </ul>
      {report.pythonFolders.length > 0 && (
        <p className={dialogs['muted']}>
          A Python environment on this machine has what is missing. Start the app with{' '}
          <code className={styles['code']}>LD_LIBRARY_PATH={report.pythonFolders.join(':')}</code>
        </p>
      )}
    </section>
  );
}

function Provider({ report: { provider, problem, missing, advice } }: { readonly report: ProviderReport }) {
  const device = useStudio((state) => state.model?.device ?? null);
  // What the app found out by trying says more than what can be told from outside.
  const failure =
    device?.tried.find((attempt) => attempt.provider === provider && !attempt.ok)?.reason ?? null;
  const trouble = problem ?? failure;
  const Icon = trouble === null ? CircleCheck : TriangleAlert;
  return (
    <li className={styles['provider']}>
      <Icon size={16} aria-hidden className={trouble === null ? dialogs['good'] : dialogs['warn']} />
      <div className={styles['told']}>
        <span className={styles['name']}>{deviceName(provider)}</span>
        <span className={dialogs['muted']}>
          {trouble === null ? 'Can be used' : <Inlines text={trouble} />}
        </span>
        {missing.length > 0 && (
          <span className={dialogs['muted']}>
            Missing:{' '}
            {missing.map((name) => (
              <code key={name} className={styles['code']}>
                {name}
              </code>
            ))}
          </span>
        )}
        {advice !== null && (
          <span className={styles['advice']}>
            <Inlines text={advice} />
          </span>
        )}
      </div>
    </li>
  );
}
