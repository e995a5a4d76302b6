import type { Loss } from '../../../electron/common/contract.ts';
import { formatCount } from '../../ui/format.ts';
import styles from './dialogs.module.css';

/** What a file could not carry, or what was not taken from it. Nothing is dropped silently. */
export function Losses({ losses, title }: { readonly losses: readonly Loss[]; readonly title: string }) {
  if (losses.length === 0) return null;
  return (
    <section className={styles['losses']} aria-label={title}>
      <h3 className={styles['sectionTitle']}>{title}</h3>
      {losses.map((loss) => (
        <div key={loss.what}>
          <div>
            {loss.what}
            {loss.count > 1 && ` (${formatCount(loss.count)} times)`}
          </div>
          {loss.examples.length > 0 && (
            <div className={styles['examples']}>
              For example: {loss.examples.map((example) => `“${example}”`).join(', ')}
            </div>
          )}
        </div>
      ))}
    </section>
  );
}
