import { ChevronDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';

export interface PopoverButtonProps {
  /** For those who do not see what the button shows. */
  readonly label: string;
  readonly className?: string;
  /** What the button shows, before its arrow. */
  readonly shown: ReactNode;
  /** What the popover is for, in words. */
  readonly title: string;
  readonly popoverClassName: string;
  /** What lies in the popover; `close` takes it away. */
  readonly children: (close: () => void) => ReactNode;
}

/** A small button that shows a choice and opens a popover to make another. */
export function PopoverButton({
  label,
  className = '',
  shown,
  title,
  popoverClassName,
  children,
}: PopoverButtonProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Popover.Root open={isOpen} onOpenChange={setIsOpen}>
      <Popover.Trigger asChild>
        <Button size="small" className={className} aria-label={label}>
          {shown}
          <ChevronDown size={13} aria-hidden />
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={popoverClassName}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label={title}
        >
          {children(() => setIsOpen(false))}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
