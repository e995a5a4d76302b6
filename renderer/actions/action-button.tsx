import type { ReactNode } from 'react';
import { useAction } from '../actions/use-action.ts';
import { IconButton } from '../ui/button.tsx';

/** An icon button for an action of the registry: its title, key and availability come from there. */
export function ActionButton({
  action,
  icon,
  size = 'normal',
  isPressed,
}: {
  readonly action: string;
  readonly icon: ReactNode;
  readonly size?: 'small' | 'normal';
  readonly isPressed?: boolean;
}) {
  const { title, keys, isAvailable, run } = useAction(action);
  return (
    <IconButton
      label={title.replace(/…$/u, '')}
      keys={keys}
      size={size}
      disabled={!isAvailable}
      onClick={run}
      {...(isPressed === undefined ? {} : { isPressed })}
    >
      {icon}
    </IconButton>
  );
}
