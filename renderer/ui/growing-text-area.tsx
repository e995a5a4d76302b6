import { useEffect, useRef } from 'react';
import styles from './growing-text-area.module.css';

/** A text field as tall as its text. Enter sends, Shift+Enter starts a new line. Its frame shows the focus. */
export function GrowingTextArea({
  label,
  value,
  id,
  placeholder,
  isFocusedAtStart = false,
  onValue,
  onEnter,
  onEscape,
}: {
  readonly label: string;
  readonly value: string;
  readonly id?: string;
  readonly placeholder?: string;
  readonly isFocusedAtStart?: boolean;
  readonly onValue: (value: string) => void;
  readonly onEnter: () => void;
  readonly onEscape?: () => void;
}) {
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!isFocusedAtStart) return;
    area.current?.focus();
    area.current?.select();
  }, [isFocusedAtStart]);
  return (
    <textarea
      ref={area}
      id={id}
      className={styles['area']}
      aria-label={label}
      placeholder={placeholder}
      rows={1}
      maxLength={20_000}
      value={value}
      onChange={(event) => onValue(event.target.value)}
      onKeyDown={(event) => {
        // While an input method composes a word, Enter belongs to it.
        if (event.nativeEvent.isComposing) return;
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
  );
}
