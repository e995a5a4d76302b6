import { Fragment, type ReactElement } from 'react';
import { Check } from 'lucide-react';
import { ContextMenu as RadixContext, DropdownMenu as Radix } from 'radix-ui';
import { classNames } from './class-names.ts';
import { KeyCaps } from './key-caps.tsx';
import type { MenuItem } from './menu-item.ts';
import styles from './menu.module.css';

type Parts = typeof Radix | typeof RadixContext;

/** Not modal: a modal menu would lock scrolling by an inline style sheet, which our policy forbids. */
export function DropdownMenu({
  trigger,
  items,
  align = 'start',
}: {
  readonly trigger: ReactElement;
  /** Found out when the menu opens. */
  readonly items: () => readonly MenuItem[];
  readonly align?: 'start' | 'center' | 'end';
}) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles['content']} align={align} sideOffset={4} collisionPadding={8}>
          <LateItems items={items} parts={Radix} />
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
          <LateItems items={items} parts={RadixContext} />
        </RadixContext.Content>
      </RadixContext.Portal>
    </RadixContext.Root>
  );
}

/** Mounted only while the menu is open, so what it offers is what can be done then. */
function LateItems({ items, parts }: { readonly items: () => readonly MenuItem[]; readonly parts: Parts }) {
  return items().map((item, index) => (
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
