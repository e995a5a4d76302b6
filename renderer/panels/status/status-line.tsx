import { CloudCheck, LoaderCircle, Minus, Plus } from 'lucide-react';
import { imagesInOrder } from '../../../electron/common/document/views.ts';
import { useAction } from '../../actions/use-action.ts';
import { useStudio } from '../../store/studio.ts';
import { ActionButton } from '../../actions/action-button.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { classNames } from '../../ui/class-names.ts';
import { counted, formatCount, formatPercent } from '../../ui/format.ts';
import { deviceName } from '../../store/device-name.ts';
import { JobsTray } from './jobs-tray.tsx';
import styles from './status-line.module.css';

/** The facts one glances at: is it saved, what runs where, which image, which zoom, which pixel. */
export function StatusLine() {
  return (
    <footer className={styles['line']}>
      <SavedState />
      <JobsTray />
      <Queue />
      <span className={styles['space']} />
      <Device />
      <ImageFacts />
      <Cursor />
      <Zoom />
    </footer>
  );
}

function SavedState() {
  const isSaving = useStudio((state) => state.saving.pending > 0);
  const toCome = useStudio((state) => state.document.toCome);
  const busy =
    toCome > 0 ? `Reading ${formatCount(toCome)} more targets and questions…` : isSaving && 'Saving…';
  return (
    <span className={styles['item']} role="status">
      {busy ? <LoaderCircle size={13} aria-hidden /> : <CloudCheck size={13} aria-hidden />}
      {busy || 'All changes saved'}
    </span>
  );
}

function Queue() {
  const queue = useStudio((state) => state.model?.queue ?? 0);
  return queue < 2 ? null : <span className={styles['item']}>{counted(queue, 'question')} in the queue</span>;
}

function Device() {
  const model = useStudio((state) => state.model);
  if (model === null || model.device === null) return null;
  return (
    <span className={classNames(styles['item'], styles['wide'])}>
      {deviceName(model.device.provider)} · {model.device.precision}
    </span>
  );
}

function ImageFacts() {
  const image = useStudio((state) =>
    state.view.imageId === null ? undefined : state.document.images.get(state.view.imageId),
  );
  const images = useStudio((state) => state.document.images);
  const goTo = useAction('images.go-to');
  if (image === undefined) return null;
  const place = imagesInOrder(images).indexOf(image) + 1;
  return (
    <>
      <button
        type="button"
        className={classNames(styles['item'], styles['button'])}
        disabled={!goTo.isAvailable}
        onClick={goTo.run}
      >
        Image {formatCount(place)} of {formatCount(images.size)}
      </button>
      <span className={styles['item']}>
        {image.width} × {image.height}
      </span>
    </>
  );
}

function Cursor() {
  const cursor = useStudio((state) => state.view.cursor);
  return (
    <span className={classNames(styles['item'], styles['cursor'])} aria-hidden>
      {cursor === null ? '' : `x ${Math.floor(cursor.x)}  y ${Math.floor(cursor.y)}`}
    </span>
  );
}

function Zoom() {
  const zoom = useStudio((state) => state.view.shownZoom);
  const fit = useAction('canvas.fit');
  if (zoom === null) return null;
  return (
    <span className={styles['zoom']} role="group" aria-label="Zoom">
      <ActionButton action="canvas.zoom-out" size="small" icon={<Minus size={13} aria-hidden />} />
      <Tooltip text={fit.title} keys={fit.keys}>
        <button type="button" className={styles['button']} onClick={fit.run}>
          {formatPercent(zoom)}
        </button>
      </Tooltip>
      <ActionButton action="canvas.zoom-in" size="small" icon={<Plus size={13} aria-hidden />} />
    </span>
  );
}
