import { useState } from 'react';
import { sampleUrl } from '../../../electron/common/asset-urls.ts';
import { trySample } from '../../store/images.ts';
import type { AppInfo } from '../../store/studio.ts';
import { reporting } from '../../store/toasts.ts';
import styles from './start-screen.module.css';

/** Pictures to try: one click makes a project with the picture in it, ready to ask. */
export function Samples({ samples }: { readonly samples: AppInfo['samples'] }) {
  const [starting, setStarting] = useState<string | null>(null);
  const start = (sample: AppInfo['samples'][number]): void => {
    setStarting(sample.file);
    reporting('The sample could not be opened', () => trySample(sample).finally(() => setStarting(null)));
  };
  return (
    <section className={styles['section']} aria-labelledby="samples-title">
      <h2 id="samples-title" className={styles['sectionTitle']}>
        Try a sample
        <span className={styles['sectionHint']}>One click opens it, ready to ask</span>
      </h2>
      <div className={styles['samples']}>
        {samples.map((sample) => (
          <button
            key={sample.file}
            type="button"
            className={styles['sample']}
            disabled={starting !== null}
            aria-busy={starting === sample.file}
            onClick={() => start(sample)}
          >
            <img src={sampleUrl(sample.file)} alt="" draggable={false} />
            <span className={styles['sampleText']}>
              <span className={styles['sampleTitle']}>{sample.title}</span>
              {sample.questions[0] !== undefined && (
                <span className={styles['question']}>{sample.questions[0]}</span>
              )}
            </span>
          </button>
        ))}
      </div>
    </section>
  );
}
