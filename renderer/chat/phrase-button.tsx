import type { ComponentProps, KeyboardEvent, MouseEvent } from 'react';

/**
 * A button that flows with the words around it. A real <button> is one box that cannot break across lines, which
 * tears a sentence apart; so this is a span that does what a button does.
 */
export function PhraseButton({
  onPress,
  onEdit,
  ...rest
}: Omit<ComponentProps<'span'>, 'onClick' | 'onKeyDown' | 'onDoubleClick' | 'role' | 'tabIndex'> & {
  /** Without it the phrase only tells: it can be focused, for its tooltip, but not pressed. */
  readonly onPress?: ((isToggle: boolean) => void) | undefined;
  readonly onEdit?: () => void;
}) {
  const press = (event: MouseEvent | KeyboardEvent): void =>
    onPress?.(event.shiftKey || event.ctrlKey || event.metaKey);
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
    <span
      {...rest}
      role="button"
      tabIndex={0}
      aria-disabled={onPress === undefined}
      onClick={press}
      onDoubleClick={onEdit}
      onKeyDown={(event) => {
        if (event.key === 'F2') onEdit?.();
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        press(event);
      }}
    />
  );
}
