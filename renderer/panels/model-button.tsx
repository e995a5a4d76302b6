import { openDialog } from '../store/dialogs.ts';
import type { Studio } from '../store/studio.ts';
import { useStudio } from '../store/studio.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Tooltip } from '../ui/tooltip.tsx';
import { deviceName } from '../store/device-name.ts';
import styles from './model-button.module.css';

/** Which model answers, on which device, and how it is: one click opens the models dialog. */
export function ModelButton() {
  const model = useStudio((state) => state.model);
  const { text, detail, tone } = modelSummary(model);
  return (
    <Tooltip text={detail}>
      <Button variant="ghost" className={styles['button']} onClick={() => openDialog({ kind: 'models' })}>
        <span className={classNames(styles['dot'], tone !== 'idle' && styles[tone])} aria-hidden />
        <span className={styles['name']}>{text}</span>
        <span className="visually-hidden">{`, ${detail}`}</span>
      </Button>
    </Tooltip>
  );
}

export function modelSummary(model: Studio['model']): {
  readonly text: string;
  readonly detail: string;
  readonly tone: 'idle' | 'ready' | 'busy' | 'failed';
} {
  if (model === null || model.state === 'none') {
    return { text: 'No model loaded', detail: 'Choose a model to ask questions', tone: 'idle' };
  }
  const name = model.name ?? 'Model';
  switch (model.state) {
    case 'loading':
      return { text: `Loading ${name}…`, detail: 'Questions wait until it is ready', tone: 'busy' };
    case 'failed':
      return {
        text: `${name} failed`,
        detail: model.error?.message ?? 'The model could not be loaded',
        tone: 'failed',
      };
    case 'ready':
      return { text: name, detail: `Ready${onDevice(model)}`, tone: 'ready' };
    case 'reading-ahead':
      return { text: name, detail: `Reading the image ahead${onDevice(model)}`, tone: 'ready' };
    case 'busy':
      return { text: name, detail: `Answering${onDevice(model)}`, tone: 'busy' };
  }
}

function onDevice(model: NonNullable<Studio['model']>): string {
  return model.device === null ? '' : ` on ${deviceName(model.device.provider)}, ${model.device.precision}`;
}
