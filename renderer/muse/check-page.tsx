import { useState } from 'react';
import { Download } from 'lucide-react';
import { toWireError } from '../../electron/common/errors.ts';
import type { LintReport } from '../../electron/common/muse/muse-messages.ts';
import { closeDialog } from '../store/dialogs.ts';
import { divideImages, lintQuestions } from '../store/muse.ts';
import { saveBlob } from '../store/save-blob.ts';
import { useStudio } from '../store/studio.ts';
import { showImage } from '../store/view.ts';
import { Button } from '../ui/button.tsx';
import { counted, formatCount } from '../ui/format.ts';
import { NumberField } from './number-field.tsx';
import { SourceChoice, useFirstSource } from './source-choice.tsx';
import { useAnswer } from './use-answer.ts';
import styles from './muse.module.css';

const mostShown = 200;

/** The questions of the project, or of a file, by the rules of the loaders and of the paper. */
export function CheckPage() {
  const [source, setSource] = useState(useFirstSource());
  const revision = useStudio(({ document }) => document.revision);
  const path = source?.path ?? null;
  const report = useAnswer(
    source === undefined ? null : JSON.stringify([path, path === null ? revision : 0]),
    (signal) => lintQuestions(path, signal),
  );
  return (
    <div className={styles['page']}>
      <SourceChoice source={source} onSource={setSource} />
      {report.state === 'nothing' && (
        <p className={styles['muted']}>Choose a MUSE file to check it; nothing of it is changed.</p>
      )}
      {report.state === 'asking' && <p className={styles['muted']}>Checking…</p>}
      {report.state === 'failed' && (
        <p className={styles['problem']} role="alert">
          {report.message}
        </p>
      )}
      {report.state === 'here' && <Report key={path} report={report.result} />}
      {path === null && source !== undefined && <Split />}
    </div>
  );
}

function Report({ report }: { readonly report: LintReport }) {
  const [rule, setRule] = useState<string | null>(null);
  const { images, questions, sound, counts, findings } = report;
  const rules = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const unlisted = rules.reduce((sum, [, count]) => sum + count, 0) - findings.length;
  const shown = rule === null ? findings : findings.filter((finding) => finding.rule === rule);
  return (
    <section className={styles['section']} aria-label="What was found">
      <div className={styles['row']}>
        <p className={`${styles['strong']} ${styles['grow']}`} role="status">
          {questions === 0
            ? 'There is no answered question yet.'
            : `${counted(questions, 'question')} of ${counted(images, 'image')}: ${formatCount(sound)} without a fault.`}
        </p>
        {findings.length > 0 && (
          <Button
            size="small"
            onClick={() => saveBlob('findings.csv', new Blob([csvOf(report)], { type: 'text/csv' }))}
          >
            <Download size={14} aria-hidden />
            Save as CSV
          </Button>
        )}
      </div>
      {rules.length > 0 && (
        <div className={styles['row']} role="group" aria-label="Rules">
          <Button
            size="small"
            aria-pressed={rule === null}
            variant={rule === null ? 'primary' : 'secondary'}
            onClick={() => setRule(null)}
          >
            All
          </Button>
          {rules.map(([name, count]) => (
            <Button
              key={name}
              size="small"
              aria-pressed={rule === name}
              variant={rule === name ? 'primary' : 'secondary'}
              onClick={() => setRule(name)}
            >
              {ruleWords(name)} {formatCount(count)}
            </Button>
          ))}
        </div>
      )}
      <ul className={styles['list']}>
        {shown.slice(0, mostShown).map((finding, index) => (
          // Findings have no name of their own and never move.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index} className={styles['item']}>
            <div className={styles['itemText']}>
              <p>{finding.message}</p>
              <p className={styles['muted']}>{finding.where}</p>
            </div>
            {finding.at !== null && <GoThere at={finding.at} />}
          </li>
        ))}
      </ul>
      {shown.length > mostShown && (
        <p className={styles['muted']}>And {formatCount(shown.length - mostShown)} more in the CSV.</p>
      )}
      {unlisted > 0 && (
        <p className={styles['muted']}>
          {formatCount(unlisted)} are counted only: of each rule the first 1,000 are listed.
        </p>
      )}
    </section>
  );
}

function GoThere({ at }: { readonly at: NonNullable<LintReport['findings'][number]['at']> }) {
  return (
    <Button
      size="small"
      onClick={() => {
        showImage(at.imageId);
        closeDialog();
      }}
    >
      Go there
    </Button>
  );
}

/** "same-description" -> "Same description". */
function ruleWords(rule: string): string {
  const words = rule.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function csvOf({ findings }: LintReport): string {
  const cell = (text: string): string => {
    // A cell that a spreadsheet would take for a formula begins with an apostrophe.
    const safe = /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
    return `"${safe.replaceAll('"', '""')}"`;
  };
  return [['rule', 'message', 'where'], ...findings.map(({ rule, message, where }) => [rule, message, where])]
    .map((row) => `${row.map(cell).join(',')}\n`)
    .join('');
}

const parts = [
  { name: 'train', label: 'Train' },
  { name: 'val', label: 'Validation' },
  { name: 'test', label: 'Test' },
] as const;

/** Which images train, which are held back: whole images, so that nothing is in two parts. */
function Split() {
  const [shares, setShares] = useState({ train: 80, val: 10, test: 10, seed: 1 });
  const [said, setSaid] = useState<{ readonly isProblem: boolean; readonly text: string } | null>(null);
  const set =
    (name: keyof typeof shares) =>
    (value: number | null): void =>
      setShares({ ...shares, [name]: value ?? 0 });
  const divide = async (): Promise<void> => {
    try {
      const { counts } = await divideImages(shares);
      const text = `${counted(counts.train, 'image')} to train, ${formatCount(counts.val)} to validate, ${formatCount(counts.test)} to test. Undo takes it back.`;
      setSaid({ isProblem: false, text });
    } catch (thrown) {
      setSaid({ isProblem: true, text: toWireError(thrown).message });
    }
  };
  return (
    <section className={styles['section']} aria-labelledby="muse-split">
      <h3 id="muse-split" className={styles['sectionTitle']}>
        Train, validation and test
      </h3>
      <p className={styles['muted']}>
        By image, pictures of the same bytes together; the same for the same seed. The MUSE export then writes
        a part at a time, of the test also questions with fewer than three targets and with three and more
        apart.
      </p>
      <div className={styles['four']}>
        {parts.map(({ name, label }) => (
          <NumberField
            key={name}
            label={label}
            value={shares[name]}
            min={0}
            max={1e6}
            isWhole={false}
            onValue={set(name)}
          />
        ))}
        <NumberField label="Seed" value={shares.seed} min={0} max={2 ** 31} onValue={set('seed')} />
        <Button disabled={shares.train + shares.val + shares.test === 0} onClick={() => void divide()}>
          Divide
        </Button>
      </div>
      {said !== null && (
        <p
          className={said.isProblem ? styles['problem'] : styles['muted']}
          role={said.isProblem ? 'alert' : 'status'}
        >
          {said.text}
        </p>
      )}
    </section>
  );
}
