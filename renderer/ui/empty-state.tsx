import type { ReactNode } from 'react';
import styles from './empty-state.module.css';

/** What a pane shows instead of nothing: what belongs here and how it gets here. */
export function EmptyState({
  icon,
  title,
  text,
  children,
}: {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly text?: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <div className={styles['empty']}>
      {icon !== undefined && <span className={styles['icon']}>{icon}</span>}
      <h3 className={styles['title']}>{title}</h3>
      {text !== undefined && <p className={styles['text']}>{text}</p>}
      {children !== undefined && <div className={styles['actions']}>{children}</div>}
    </div>
  );
}
