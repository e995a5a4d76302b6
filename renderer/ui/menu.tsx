import { Fragment, type ReactElement, type ReactNode } from 'react';
import { Check } from 'lucide-react';
import { ContextMenu as RadixContext, DropdownMenu as Radix } from 'radix-ui';
import { classNames } from './class-names.ts';
import { KeyCaps } from './key-caps.tsx';
import styles from './menu.module.css';

/** One line of a menu, as data: the same list serves the dropdown and the context menu. */
export type MenuItem =
  | { readonly kind: 'separator' }
  | { readonly kind: 'label'; readonly text: string }
  | {
      readonly kind: 'item';
      readonly text: string;
      readonly icon?: ReactNode;
      readonly keys?: readonly string[];
      readonly isDisabled?: boolean;
      readonly isDangerous?: boolean;
      /** Shows a check mark's place, and the mark when true. */
      readonly isChecked?: boolean;
      readonly run: () => void;
    };

type Parts = typeof Radix | typeof RadixContext;

/** Not modal: a modal menu would lock scrolling by an inline style sheet, which our policy forbids. */
export function DropdownMenu({
  trigger,
  items,
  align = 'start',
}: {
  readonly trigger: ReactElement;
  readonly items: readonly MenuItem[];
  readonly align?: 'start' | 'center' | 'end';
}) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles['content']} align={align} sideOffset={4} collisionPadding={8}>
          <Items items={items} parts={Radix} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** `items` is a function: what a menu offers is found out when it opens. */
export function ContextMenu({
  children,
  items,
}: {
  readonly children: ReactElement;
  readonly items: () => readonly MenuItem[];
}) {
  return (
    <RadixContext.Root modal={false}>
      <RadixContext.Trigger asChild>{children}</RadixContext.Trigger>
      <RadixContext.Portal>
        <RadixContext.Content className={styles['content']} collisionPadding={8}>
          <LateItems items={items} />
        </RadixContext.Content>
      </RadixContext.Portal>
    </RadixContext.Root>
  );
}

function LateItems({ items }: { readonly items: () => readonly MenuItem[] }) {
  return <Items items={items()} parts={RadixContext} />;
}

function Items({ items, parts }: { readonly items: readonly MenuItem[]; readonly parts: Parts }) {
  return items.map((item, index) => (
    // A menu's lines never move while it is open.
    // oxlint-disable-next-line react/no-array-index-key
    <Fragment key={index}>{line(item, parts)}</Fragment>
  ));
}

function line(item: MenuItem, parts: Parts): ReactElement {
  if (item.kind === 'separator') return <parts.Separator className={styles['separator']} />;
  if (item.kind === 'label') return <parts.Label className={styles['label']}>{item.text}</parts.Label>;
  const body = (
    <>
      {item.isChecked !== undefined && (
        <span className={styles['check']}>{item.isChecked && <Check size={14} aria-hidden />}</span>
      )}
      {item.icon}
      <span className={styles['text']}>{item.text}</span>
      {item.keys?.[0] !== undefined && <KeyCaps combination={item.keys[0]} />}
    </>
  );
  const look = classNames(styles['item'], item.isDangerous === true && styles['danger']);
  const isDisabled = item.isDisabled ?? false;
  return item.isChecked === undefined ? (
    <parts.Item className={look} disabled={isDisabled} onSelect={item.run}>
      {body}
    </parts.Item>
  ) : (
    <parts.CheckboxItem className={look} disabled={isDisabled} checked={item.isChecked} onSelect={item.run}>
      {body}
    </parts.CheckboxItem>
  );
}
