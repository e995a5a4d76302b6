import type { ComponentProps } from 'react';
import { tooltipMarks } from './tooltip.tsx';
import { classNames } from './class-names.ts';
import styles from './button.module.css';

type Variant = 'primary' | 'secondary' | 'ghost' | 'danger';
type Size = 'small' | 'normal' | 'large';

interface ButtonLook {
  readonly variant?: Variant;
  readonly size?: Size;
}

export function Button({
  variant = 'secondary',
  size = 'normal',
  className,
  ...rest
}: ComponentProps<'button'> & ButtonLook) {
  const look = classNames(styles['button'], styles[variant], size !== 'normal' && styles[size], className);
  return <button type="button" {...rest} className={look} />;
}

/** A button that is only a picture: the label is its name for screen readers and its tooltip. */
export function IconButton({
  label,
  keys,
  variant = 'ghost',
  size = 'normal',
  isPressed,
  className,
  ...rest
}: Omit<ComponentProps<'button'>, 'aria-label'> &
  ButtonLook & { readonly label: string; readonly keys?: readonly string[]; readonly isPressed?: boolean }) {
  const look = classNames(
    styles['button'],
    styles[variant],
    styles['icon'],
    size !== 'normal' && styles[size],
    isPressed === true && styles['pressed'],
    className,
  );
  return (
    <button
      type="button"
      {...rest}
      {...tooltipMarks({ text: label, keys })}
      aria-label={label}
      {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
      className={look}
    />
  );
}
