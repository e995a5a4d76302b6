import { useState } from 'react';
import { Download, Plus } from 'lucide-react';
import type {
  ComparisonReport,
  CorrectionsRole,
  EvaluationInfo,
} from '../../electron/common/muse/evaluation-messages.ts';
import { pickPaths } from '../store/files.ts';
import { compareEvaluations, comparisonPage, listEvaluations } from '../store/muse.ts';
import { saveBlob } from '../store/save-blob.ts';
import { useStudio } from '../store/studio.ts';
import { reporting } from '../store/toasts.ts';
import { Button } from '../ui/button.tsx';
import { baseName, counted, formatWhen } from '../ui/format.ts';
import { RadioGroup } from '../ui/radio-group.tsx';
import { useNow } from '../ui/use-now.ts';
import { ComparisonCards } from './comparison-cards.tsx';
import { ComparisonTable } from './comparison-table.tsx';
import { useAnswer } from './use-answer.ts';
import styles from './muse.module.css';

/** Results of evaluations side by side: models, precisions, prompts, and what people corrected. */
export function ComparePage() {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [added, setAdded] = useState<readonly string[]>([]);
  const [role, setRole] = useState<CorrectionsRole>('none');
  const hasProject = useStudio(({ document }) => document.project !== null);
  const known = useAnswer('evaluations', listEvaluations);
  const listed = known.state === 'here' ? known.result : [];
  const corrections = hasProject ? role : 'none';
  const columns = chosen.length + (corrections === 'run' ? 1 : 0);
  const input = { paths: [...chosen], corrections };
  const report = useAnswer(columns < 2 ? null : JSON.stringify(input), (signal) =>
    compareEvaluations(input, signal),
  );
  const toggle = (path: string): void =>
    setChosen(chosen.includes(path) ? chosen.filter((other) => other !== path) : [...chosen, path]);
  const addFiles = (): void =>
    reporting('The files were not chosen', async () => {
      const paths =
        (await pickPaths({ title: 'Choose result files', want: 'results', multiple: true })) ?? [];
      const fresh = paths.filter((path) => !added.includes(path));
      setAdded([...added, ...fresh]);
      setChosen([...new Set([...chosen, ...paths])]);
    });
  return (
    <div className={styles['page']}>
      <div className={styles['columns']}>
        <section className={styles['section']} aria-labelledby="muse-results">
          <div className={styles['row']}>
            <h3 id="muse-results" className={`${styles['sectionTitle']} ${styles['grow']}`}>
              Results
            </h3>
            <Button size="small" onClick={addFiles}>
              <Plus size={14} aria-hidden />A file…
            </Button>
          </div>
          {known.state === 'here' && listed.length + added.length === 0 && (
            <p className={styles['muted']}>
              There are none yet: “pixellm evaluate muse.json” puts the questions of a file to a model and
              writes them.
            </p>
          )}
          <ul className={styles['list']}>
            {listed.map((info) => (
              <ResultChoice
                key={info.path}
                info={info}
                isChosen={chosen.includes(info.path)}
                onToggle={() => toggle(info.path)}
              />
            ))}
            {added.map((path) => (
              <Choice
                key={path}
                label={baseName(path)}
                hint={path}
                isChosen={chosen.includes(path)}
                onToggle={() => toggle(path)}
              />
            ))}
          </ul>
        </section>
        <section className={styles['section']}>
          {hasProject && (
            <RadioGroup
              legend="What people corrected in this project"
              value={role}
              options={[
                { value: 'none', label: 'Leave it out' },
                { value: 'run', label: 'One more answer to the same questions' },
                { value: 'truth', label: 'What is right, in place of the targets of the file' },
              ]}
              onValue={setRole}
            />
          )}
          {columns < 2 && (
            <p className={styles['muted']}>
              Choose two or more. The first is what the others are held against; only questions that all of
              them answered count.
            </p>
          )}
          {report.state === 'asking' && <p className={styles['muted']}>Comparing…</p>}
          {report.state === 'failed' && (
            <p className={styles['problem']} role="alert">
              {report.message}
            </p>
          )}
        </section>
      </div>
      {report.state === 'here' && <Report report={report.result} onSave={() => savePage(input)} />}
    </div>
  );
}

function savePage(input: Parameters<typeof comparisonPage>[0]): void {
  reporting('The page was not saved', async () => {
    saveBlob('comparison.html', new Blob([await comparisonPage(input)], { type: 'text/html' }));
  });
}

function ResultChoice({
  info,
  isChosen,
  onToggle,
}: {
  readonly info: EvaluationInfo;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
}) {
  const now = useNow(60_000);
  const facts = [
    info.questions,
    ...(info.style === 'repository' ? ['asked as the repository'] : []),
    ...(info.judge === null ? [] : [`judged by ${info.judge}`]),
    formatWhen(info.startedAt, now),
  ];
  return (
    <Choice
      label={`${info.model}, ${info.precision}`}
      hint={facts.join(' · ')}
      isChosen={isChosen}
      onToggle={onToggle}
    />
  );
}

function Choice({
  label,
  hint,
  isChosen,
  onToggle,
}: {
  readonly label: string;
  readonly hint: string;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
}) {
  return (
    <li className={styles['item']}>
      <label className={`${styles['row']} ${styles['itemText']}`}>
        <input type="checkbox" checked={isChosen} onChange={onToggle} />
        <span className={styles['grow']}>
          {label}
          <span className={styles['muted']}>
            <br />
            {hint}
          </span>
        </span>
      </label>
    </li>
  );
}

function Report({ report, onSave }: { readonly report: ComparisonReport; readonly onSave: () => void }) {
  const { runs, paired, unpaired, images, figures, byKind } = report;
  return (
    <>
      <section className={styles['section']} aria-label="Figures">
        <div className={styles['row']}>
          <p className={styles['grow']} role="status">
            {counted(paired, 'question')} of {counted(images, 'image')} that all answered
            {unpaired > 0 && `; ${unpaired} that some did not are left out`}. Differences are to A, with their
            95 % interval (whole images drawn again 2,000 times); in bold where it leaves out 0.
          </p>
          <Button onClick={onSave}>
            <Download size={14} aria-hidden />
            Save as one HTML page
          </Button>
        </div>
        <ComparisonTable runs={runs} figures={figures} />
        {byKind.length > 1 &&
          byKind.map(({ kind, questions, figures: own }) => (
            <details key={kind}>
              <summary className={styles['summary']}>
                {kind} ({questions})
              </summary>
              <ComparisonTable runs={runs} figures={own} />
            </details>
          ))}
      </section>
      <ComparisonCards report={report} />
    </>
  );
}
