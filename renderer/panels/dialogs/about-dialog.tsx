import { useState } from 'react';
import { useStudio } from '../../store/studio.ts';
import { Dialog } from '../../ui/dialog.tsx';
import styles from './dialogs.module.css';
import { Notices } from './notices.tsx';

export function AboutDialog() {
  const app = useStudio((state) => state.app);
  const model = useStudio((state) => state.model);
  const [showsNotices, setShowsNotices] = useState(false);
  const systems: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };
  const doors = { desktop: 'Desktop window', browser: 'Browser', cli: 'Command line' } as const;
  return (
    <Dialog
      title="PixelLM Studio"
      width="narrow"
      description="Talk with images at pixel level, on your own machine. Nothing you open here is sent anywhere."
    >
      <dl className={styles['facts']}>
        <dt>Version</dt>
        <dd>{app?.version ?? 'unknown'}</dd>
        <dt>Opened through</dt>
        <dd>{app === null ? 'unknown' : `${doors[app.door]} on ${systems[app.platform] ?? app.platform}`}</dd>
        <dt>Projects folder</dt>
        <dd>{app?.projectsFolder ?? 'unknown'}</dd>
        <dt>Model</dt>
        <dd>{model?.name ?? 'none loaded'}</dd>
      </dl>
      <p className={styles['muted']}>
        Free software under the Apache License 2.0. PixelLM: Ren et al., Pixel Reasoning with Large Multimodal
        Model, CVPR 2024.
      </p>
      <details onToggle={(event) => setShowsNotices(event.currentTarget.open)}>
        <summary className={styles['summary']}>Licences of what is inside</summary>
        {showsNotices && <Notices />}
      </details>
    </Dialog>
  );
}
