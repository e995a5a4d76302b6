import { type ReactElement, cloneElement, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { KeyCaps } from './key-caps.tsx';
import { type Side, placeTooltip } from './place-tooltip.ts';
import { type ShownTooltip, TooltipWatch, attributes } from './tooltip-watch.ts';
import styles from './tooltip.module.css';

/**
 * Says what a control does, and its key. The control must name itself too: a tooltip is no label. It only marks the
 * control; `TooltipHost` shows it.
 */
export function Tooltip({
  text,
  keys,
  side,
  children,
}: {
  readonly text: string;
  readonly keys?: readonly string[] | undefined;
  readonly side?: Side;
  /** An element that takes data attributes. */
  readonly children: ReactElement;
}) {
  return cloneElement(children, tooltipMarks({ text, keys, side }));
}

/** The attributes that give an element a tooltip. */
export function tooltipMarks({
  text,
  keys,
  side,
}: {
  readonly text: string;
  readonly keys?: readonly string[] | undefined;
  readonly side?: Side | undefined;
}): Readonly<Record<string, string>> {
  const combination = keys?.[0];
  return {
    [attributes.text]: text,
    ...(combination === undefined ? {} : { [attributes.keys]: combination }),
    ...(side === undefined ? {} : { [attributes.side]: side }),
  };
}

const tooltipId = 'tooltip';

/** The one tooltip of the page. */
export function TooltipHost() {
  const [shown, setShown] = useState<ShownTooltip | null>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const watch = new TooltipWatch({ onChange: setShown, tooltip: () => box.current });
    return () => watch.dispose();
  }, []);
  useLayoutEffect(() => {
    if (shown === null || box.current === null) return undefined;
    const { left, top } = placeTooltip({
      trigger: shown.trigger.getBoundingClientRect(),
      tooltip: box.current.getBoundingClientRect(),
      side: shown.side,
      window: { width: window.innerWidth, height: window.innerHeight },
    });
    box.current.style.left = `${left}px`;
    box.current.style.top = `${top}px`;
    return describe(shown.trigger);
  }, [shown]);
  if (shown === null) return null;
  return createPortal(
    <div ref={box} id={tooltipId} role="tooltip" className={styles['content']}>
      {shown.text}
      {shown.keys !== null && <KeyCaps combination={shown.keys} isInverse />}
    </div>,
    document.body,
  );
}

/** Links the control with its tooltip for as long as that is there. */
function describe(trigger: HTMLElement): () => void {
  const before = trigger.getAttribute('aria-describedby');
  trigger.setAttribute('aria-describedby', before === null ? tooltipId : `${before} ${tooltipId}`);
  return () => {
    if (before === null) trigger.removeAttribute('aria-describedby');
    else trigger.setAttribute('aria-describedby', before);
  };
}
