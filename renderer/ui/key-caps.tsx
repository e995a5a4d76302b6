import { isMacPlatform, keyCaps } from './key-names.ts';
import { classNames } from './class-names.ts';
import styles from './key-caps.module.css';

/** A key combination as keys. */
export function KeyCaps({
  combination,
  isInverse = false,
}: {
  readonly combination: string;
  readonly isInverse?: boolean;
}) {
  return (
    <span className={classNames(styles['caps'], isInverse && styles['inverse'])}>
      {keyCaps(combination, isMacPlatform()).map((cap) => (
        <kbd key={cap} className={styles['cap']}>
          {cap}
        </kbd>
      ))}
    </span>
  );
}
