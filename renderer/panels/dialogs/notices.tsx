import { useEffect, useState } from 'react';
import styles from './dialogs.module.css';

/** The licences of what the app contains; the build lays them beside the page. */
export function Notices() {
  const [text, setText] = useState('Reading…');
  useEffect(() => {
    const stop = new AbortController();
    readNotices(stop.signal).then(setText, () => {
      if (!stop.signal.aborted)
        setText('The notices lie in THIRD-PARTY-NOTICES.txt beside the app; they could not be read.');
    });
    return () => stop.abort();
  }, []);
  return (
    <textarea
      className={styles['notices']}
      readOnly
      rows={20}
      aria-label="Licences of what is inside"
      value={text}
    />
  );
}

async function readNotices(signal: AbortSignal): Promise<string> {
  const response = await fetch('third-party-notices.txt', { signal });
  if (!response.ok) throw new Error(`The door answered ${response.status}.`);
  return response.text();
}
