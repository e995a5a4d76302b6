import { type ComponentProps, type KeyboardEvent, type RefObject, useEffect, useRef } from 'react';
import { colourStyle } from './colour-style.ts';
import styles from './growing-text-area.module.css';

/** Words of the text that wear a colour; null is a thing that is gone. In the order of the text, not overlapping. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly colour: string | null;
}

type Field = ComponentProps<'textarea'>;

/** A text field as tall as its text. Enter sends, Shift+Enter starts a new line. Its frame shows the focus. */
export function GrowingTextArea({
  label,
  value,
  marks = [],
  isFocusedAtStart = false,
  area: outerArea,
  onValue,
  onEnter,
  onEscape,
  onKeyFirst,
  ...rest
}: Omit<Field, 'aria-label' | 'value' | 'rows' | 'maxLength' | 'className' | 'onChange' | 'onKeyDown'> & {
  readonly label: string;
  readonly value: string;
  readonly marks?: readonly Mark[];
  readonly isFocusedAtStart?: boolean;
  readonly area?: RefObject<HTMLTextAreaElement | null>;
  readonly onValue: (value: string) => void;
  readonly onEnter: () => void;
  readonly onEscape?: () => void;
  /** Sees each key first; what it prevents goes no further. */
  readonly onKeyFirst?: (event: KeyboardEvent<HTMLTextAreaElement>) => void;
}) {
  const ownArea = useRef<HTMLTextAreaElement>(null);
  const area = outerArea ?? ownArea;
  const layer = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isFocusedAtStart) return;
    area.current?.focus();
    area.current?.setSelectionRange(area.current.value.length, area.current.value.length);
  }, [area, isFocusedAtStart]);
  return (
    <div className={styles['field']}>
      <div ref={layer} className={styles['layer']} aria-hidden>
        {markedPieces(value, marks)}
      </div>
      <textarea
        {...rest}
        ref={area}
        className={styles['area']}
        aria-label={label}
        rows={1}
        maxLength={20_000}
        value={value}
        onScroll={(event) => {
          if (layer.current !== null) layer.current.scrollTop = event.currentTarget.scrollTop;
        }}
        onChange={(event) => onValue(event.target.value)}
        onKeyDown={(event) => {
          // While an input method composes a word, Enter belongs to it.
          if (event.nativeEvent.isComposing) return;
          onKeyFirst?.(event);
          if (event.defaultPrevented) return;
          if (event.key === 'Enter' && !event.shiftKey) {
            event.preventDefault();
            onEnter();
          }
          if (event.key === 'Escape') {
            if (onEscape === undefined) area.current?.blur();
            else onEscape();
          }
        }}
      />
    </div>
  );
}

/** The same text behind the field, invisible but for its marks: a text field cannot colour parts of itself. */
function markedPieces(value: string, marks: readonly Mark[]) {
  if (marks.length === 0) return null;
  const pieces = [];
  let at = 0;
  for (const { start, end, colour } of marks) {
    pieces.push(value.slice(at, start));
    pieces.push(
      colour === null ? (
        <span key={start} className={styles['gone']}>
          {value.slice(start, end)}
        </span>
      ) : (
        <span key={start} className={styles['mark']} style={colourStyle('--mark', colour)}>
          {value.slice(start, end)}
        </span>
      ),
    );
    at = end;
  }
  // A field ends with an empty line where its text ends with a line break; a block does not.
  pieces.push(`${value.slice(at)}\u200b`);
  return pieces;
}
