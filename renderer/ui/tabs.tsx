import type { ReactNode } from 'react';
import { Tabs as Radix } from 'radix-ui';
import styles from './tabs.module.css';

/** Pages beside each other, one of them shown; arrow keys go from tab to tab. A page that is not shown is not mounted. */
export function Tabs<Value extends string>({
  label,
  tabs,
  value,
  onValue,
}: {
  readonly label: string;
  readonly tabs: readonly { readonly value: Value; readonly label: string; readonly page: () => ReactNode }[];
  readonly value: Value;
  readonly onValue: (value: Value) => void;
}) {
  return (
    <Radix.Root
      className={styles['root']}
      value={value}
      onValueChange={(next) => {
        const chosen = tabs.find((tab) => tab.value === next);
        if (chosen !== undefined) onValue(chosen.value);
      }}
    >
      <Radix.List className={styles['list']} aria-label={label}>
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.value} value={tab.value} className={styles['tab']}>
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} value={tab.value} className={styles['page']}>
          {tab.value === value && tab.page()}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
