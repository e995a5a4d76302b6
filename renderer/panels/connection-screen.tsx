import { KeyRound, Unplug } from 'lucide-react';
import { isDesktop } from '../store/door.ts';
import { retryNow } from '../store/session.ts';
import type { Connection } from '../store/studio.ts';
import { Button } from '../ui/button.tsx';
import styles from './connection-screen.module.css';

/** While the door is not open: quiet at first, plain words and a way on when it was lost. */
export function ConnectionScreen({
  connection,
}: {
  readonly connection: Exclude<Connection, { state: 'open' }>;
}) {
  if (connection.state === 'connecting') {
    return (
      <main className={styles['screen']} aria-busy="true">
        <p className={styles['text']}>Starting…</p>
      </main>
    );
  }
  if (connection.state === 'refused') {
    return (
      <main className={styles['screen']} role="alert">
        <KeyRound className={styles['icon']} size={28} aria-hidden />
        <h1 className={styles['title']}>This page was not let in</h1>
        <p className={styles['text']}>{connection.reason}</p>
        <Button onClick={retryNow}>Try again</Button>
      </main>
    );
  }
  return (
    <main className={styles['screen']} role="alert">
      <Unplug className={styles['icon']} size={28} aria-hidden />
      <h1 className={styles['title']}>The connection to the app is lost</h1>
      <p className={styles['text']}>
        {connection.reason} {adviceFor(connection.attempt)} Everything shown as saved is on disk.
      </p>
      <Button variant="primary" onClick={retryNow}>
        Try again now
      </Button>
    </main>
  );
}

function adviceFor(attempt: number): string {
  if (attempt < 2) return 'Trying to reach it again…';
  return isDesktop()
    ? 'Trying again every few seconds.'
    : 'Trying again every few seconds. If it was stopped, start it again and open the new address it prints.';
}
