import type { ReactNode } from 'react';
import { formatCount } from '../ui/format.ts';
import styles from './panel-header.module.css';

export function PanelHeader({
  title,
  count,
  children,
}: {
  readonly title: string;
  readonly count?: number;
  readonly children?: ReactNode;
}) {
  return (
    <header className={styles['header']}>
      <h2 className={styles['title']}>
        {title}
        {count !== undefined && <span className={styles['count']}>{formatCount(count)}</span>}
      </h2>
      {children}
    </header>
  );
}
