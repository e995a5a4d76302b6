import { useEffect, useRef } from 'react';
import { Popover } from 'radix-ui';
import type { ReactNode } from 'react';
import type { ReferableTarget } from '../store/referable-targets.ts';
import { shownColour } from '../store/shown-colour.ts';
import { useStudio } from '../store/studio.ts';
import { classNames } from '../ui/class-names.ts';
import { colourStyle } from '../ui/colour-style.ts';
import { counted } from '../ui/format.ts';
import styles from './reference-list.module.css';

/** More than a person reads through; typing finds the others. */
export const mostListed = 50;

/** The targets a question can refer to, above the field (`children`) in which it is typed. The field keeps the focus. */
export function ReferenceList({
  id,
  targets,
  active,
  isOpen,
  onActive,
  onChoose,
  onClose,
  children,
}: {
  readonly id: string;
  readonly targets: readonly ReferableTarget[];
  readonly active: number;
  readonly isOpen: boolean;
  readonly onActive: (index: number) => void;
  readonly onChoose: (target: ReferableTarget) => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const hidden = Math.max(0, targets.length - mostListed);
  return (
    <Popover.Root open={isOpen} onOpenChange={(isWanted) => (isWanted ? undefined : onClose())}>
      <Popover.Anchor asChild>{children}</Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          className={styles['popover']}
          role="presentation"
          side="top"
          align="start"
          sideOffset={6}
          collisionPadding={8}
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
          // The field's own key handler answers Escape, so that it does not also leave the field.
          onEscapeKeyDown={(event) => event.preventDefault()}
        >
          {targets.length === 0 ? (
            <p className={styles['none']}>This image has no targets yet.</p>
          ) : (
            <div id={id} role="listbox" aria-label="Targets of this image" className={styles['list']}>
              {targets.slice(0, mostListed).map((target, index) => (
                <Option
                  key={target.annotation.id}
                  id={`${id}-${index}`}
                  target={target}
                  isActive={index === active}
                  onActive={() => onActive(index)}
                  onChoose={() => onChoose(target)}
                />
              ))}
            </div>
          )}
          {hidden > 0 && (
            <p className={styles['none']}>{`Type to find ${counted(hidden, 'more target')}.`}</p>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Option({
  id,
  target,
  isActive,
  onActive,
  onChoose,
}: {
  readonly id: string;
  readonly target: ReferableTarget;
  readonly isActive: boolean;
  readonly onActive: () => void;
  readonly onChoose: () => void;
}) {
  const option = useRef<HTMLDivElement>(null);
  const colour = useStudio((state) => shownColour(state, target.annotation));
  useEffect(() => {
    if (isActive) option.current?.scrollIntoView({ block: 'nearest' });
  }, [isActive]);
  return (
    // The field has the focus and the keys; options only take the pointer.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      ref={option}
      id={id}
      role="option"
      aria-selected={isActive}
      className={classNames(styles['option'], isActive && styles['active'])}
      onPointerDown={(event) => event.preventDefault()}
      onPointerMove={onActive}
      onClick={onChoose}
    >
      <span className={styles['swatch']} style={colourStyle('--swatch', colour)} aria-hidden />
      <span className={styles['name']}>{target.shown}</span>
      {target.category !== '' && target.category !== target.words && (
        <span className={styles['category']}>{target.category}</span>
      )}
    </div>
  );
}
