import { useEffect, useState } from 'react';
import type { JobItemState, JobItems, JobStatus } from '../../../electron/common/job-messages.ts';
import { jobItems } from '../../store/project-jobs.ts';
import { reporting } from '../../store/toasts.ts';
import { classNames } from '../../ui/class-names.ts';
import { Select } from '../../ui/field.tsx';
import { formatCount } from '../../ui/format.ts';
import styles from './jobs-dialog.module.css';

type Filter = JobItemState | 'all';

const filters: readonly { readonly value: Filter; readonly label: string }[] = [
  { value: 'all', label: 'All items' },
  { value: 'failed', label: 'Failed' },
  { value: 'done', label: 'Done' },
  { value: 'running', label: 'Running' },
  { value: 'waiting', label: 'Waiting' },
];
const words: Readonly<Record<JobItemState, string>> = {
  waiting: 'waiting',
  running: 'running',
  done: 'done',
  failed: 'failed',
};
/** More are not read at once; the filter leads to the ones that matter. */
const shown = 200;

/** The items of a job with what came of each, read anew as the job goes on. */
export function JobItemsList({ job }: { readonly job: JobStatus }) {
  const [filter, setFilter] = useState<Filter>(job.failed > 0 ? 'failed' : 'all');
  const [list, setList] = useState<JobItems | null>(null);
  useEffect(() => {
    let isCurrent = true;
    reporting('The items of the job could not be listed', async () => {
      const items = await jobItems(job.id, filter === 'all' ? null : filter, shown);
      if (isCurrent) setList(items);
    });
    return () => {
      isCurrent = false;
    };
  }, [job, filter]);
  return (
    <div className={styles['items']}>
      <Select aria-label="Which items" options={filters} value={filter} onValue={setFilter} />
      {list !== null && list.items.length === 0 && <p className={styles['none']}>There are none.</p>}
      {list !== null && list.items.length > 0 && (
        // What scrolls must be reached by the keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <ul className={styles['itemList']} tabIndex={0} aria-label={`Items of ${job.title}`}>
          {list.items.map((item) => (
            <li key={item.key} className={styles['item']}>
              <span className={styles['itemLabel']}>{item.label}</span>
              <span className={classNames(styles['itemState'], item.state === 'failed' && styles['failed'])}>
                {words[item.state]}
              </span>
              <span className={styles['note']}>{item.error?.message ?? item.note}</span>
            </li>
          ))}
        </ul>
      )}
      {list !== null && list.total > list.items.length && (
        <p className={styles['none']}>And {formatCount(list.total - list.items.length)} more.</p>
      )}
    </div>
  );
}
