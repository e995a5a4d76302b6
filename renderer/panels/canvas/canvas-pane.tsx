import { useEffect, useRef, useState } from 'react';
import { ImageOff, LoaderCircle, X } from 'lucide-react';
import { useStudio } from '../../store/studio.ts';
import { Button } from '../../ui/button.tsx';
import { useCanvas } from '../../store/canvas-session.ts';
import { penWords } from '../../canvas/keyboard-pen.ts';
import { currentCanvas } from '../../canvas/current-canvas.ts';
import { startCanvas } from '../../canvas/start-canvas.ts';
import { ContextMenu } from '../../ui/menu.tsx';
import { canvasMenu } from './canvas-menu.ts';
import { ClassMark } from './class-mark.tsx';
import { TonesFilter } from './tones-panel.tsx';
import { NextStrokeWords } from './next-stroke-words.tsx';
import { ReviewStrip } from './review-strip.tsx';
import { ToolBar } from './tool-bar.tsx';
import { ToolOptions } from './tool-options.tsx';
import styles from './canvas-pane.module.css';

/** The picture with its masks, the tool bar on its left and the tool options above it. Takes all the room it is given. */
export function CanvasPane() {
  return (
    <section className={styles['pane']} aria-label="Picture and masks">
      <ToolOptions />
      <ReviewStrip />
      <div className={styles['body']}>
        <ToolBar />
        <Surface />
      </div>
    </section>
  );
}

/** Everything inside is drawn by the scene; React only holds the element. */
function Surface() {
  const surface = useRef<HTMLDivElement>(null);
  const container = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (surface.current === null || container.current === null) return undefined;
    return startCanvas(surface.current, container.current);
  }, []);
  const label = useStudio((state) => {
    const image = state.view.imageId === null ? undefined : state.document.images.get(state.view.imageId);
    return image === undefined ? 'No picture' : `${image.name}, ${image.width} by ${image.height} pixels`;
  });
  return (
    <div className={styles['stage']}>
      <ContextMenu items={canvasMenu}>
        <div
          ref={surface}
          className={styles['surface']}
          // The pane takes keys and the pointer itself, as a drawing surface must.
          role="application"
          aria-roledescription="drawing surface"
          aria-label={label}
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          data-canvas-surface
        >
          <div ref={container} className={styles['layers']} />
        </div>
      </ContextMenu>
      <TonesFilter />
      <ClassMark surface={surface} />
      <Unreadable />
      <PenVoice />
      <div className={styles['notes']}>
        <Assistance />
        <Hint />
        <NextStrokeWords />
      </div>
    </div>
  );
}

/** Read out when the pen rests, not at every step of a held key. */
const restMs = 250;

/** Says where the pen of those who draw with the keys is, and what it did. */
function PenVoice() {
  const pen = useCanvas((state) => state.pen);
  const [words, setWords] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setWords(pen === null ? '' : penWords(pen)), restMs);
    return () => clearTimeout(timer);
  }, [pen]);
  return (
    <div className="visually-hidden" role="status" data-pen>
      {words}
    </div>
  );
}

function Unreadable() {
  const isUnreadable = useCanvas((state) => state.isImageUnreadable);
  if (!isUnreadable) return null;
  return (
    <div className={styles['unreadable']} role="alert">
      <ImageOff size={22} aria-hidden />
      <p>This image's file cannot be read. Its masks are kept; relink the file in the image list.</p>
    </div>
  );
}

function Assistance() {
  const assistance = useCanvas((state) => state.assistance);
  if (assistance === null) return null;
  return (
    <div className={styles['assistance']} role="status">
      <LoaderCircle size={14} aria-hidden className={styles['turning']} />
      <span>{assistance.label}</span>
      <Button
        size="small"
        variant="ghost"
        onClick={assistance.cancel}
        aria-label={`Cancel: ${assistance.label}`}
      >
        <X size={14} aria-hidden />
        Cancel
      </Button>
    </div>
  );
}

function Hint() {
  const hint = useCanvas((state) => state.hint);
  const hasDraft = useCanvas((state) => state.hasDraft);
  return (
    <div className={styles['hint']} hidden={hint === null && !hasDraft}>
      <span role="status">{hint}</span>
      {hasDraft && <DraftButtons />}
    </div>
  );
}

/** The pointer's way to Enter and Escape. Beside the hint and not among the options, where their coming would move the picture. */
function DraftButtons() {
  return (
    <span className={styles['draft']}>
      <Button size="small" variant="primary" onClick={() => currentCanvas()?.runner.tool.apply?.()}>
        Apply
      </Button>
      <Button size="small" onClick={() => currentCanvas()?.runner.tool.drop?.()}>
        Discard
      </Button>
    </span>
  );
}
