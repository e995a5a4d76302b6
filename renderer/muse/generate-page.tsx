import { useState } from 'react';
import type { ImageId } from '../../electron/common/document/records.ts';
import { toWireError } from '../../electron/common/errors.ts';
import type { EndpointInfo, GenerationEstimate } from '../../electron/common/muse/muse-messages.ts';
import { imagesInOrder } from '../../electron/common/document/views.ts';
import { endpointInfo, estimateGeneration, generateQuestions, type GenerateInput } from '../store/muse.ts';
import { isAtWork } from '../store/project-jobs.ts';
import { useStudio } from '../store/studio.ts';
import { Button } from '../ui/button.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { counted, formatCount } from '../ui/format.ts';
import { RadioGroup } from '../ui/radio-group.tsx';
import { Drafts } from './drafts.tsx';
import { Endpoint } from './endpoint-form.tsx';
import { costWords, type Price } from './cost.ts';
import { GenerationJob } from './generation-job.tsx';
import { NumberField } from './number-field.tsx';
import { useAnswer } from './use-answer.ts';
import styles from './muse.module.css';

type Scope = 'shown' | 'all' | 'without';

/** Questions about the accepted masks, written by a language model the person set up: what it costs and says, before anything is sent. */
export function GeneratePage() {
  const [round, setRound] = useState(0);
  const [price, setPrice] = useState<Price>({ read: null, written: null });
  const [changed, setChanged] = useState<EndpointInfo | undefined>(undefined);
  const known = useAnswer('endpoint', endpointInfo);
  const endpoint = changed !== undefined ? changed : known.state === 'here' ? known.result : undefined;
  const job = useStudio(({ projectJobs }) => projectJobs.find(({ kind }) => kind === 'muse-generate'));
  return (
    <div className={styles['columns']}>
      <div className={styles['section']}>
        <section className={styles['section']} aria-labelledby="muse-endpoint">
          <h3 id="muse-endpoint" className={styles['sectionTitle']}>
            Language model
          </h3>
          {endpoint === null && (
            <p className={styles['muted']}>
              The app works wholly without one, and nothing is ever sent until you set one up here.
            </p>
          )}
          {endpoint !== undefined && <Endpoint endpoint={endpoint} onEndpoint={setChanged} />}
        </section>
        {endpoint !== null && endpoint !== undefined && (
          <Request
            key={`${endpoint.baseUrl} ${endpoint.model}`}
            endpoint={endpoint}
            price={price}
            onPrice={setPrice}
            onStart={() => setRound(round + 1)}
          />
        )}
      </div>
      <div className={styles['section']}>
        {job !== undefined && <GenerationJob key={job.id} job={job} price={price} />}
        <Drafts />
        {job === undefined && (
          <p className={styles['muted']}>
            Questions come into the conversation of each image as drafts. Nothing of them is exported or
            counted before you accept it.
          </p>
        )}
      </div>
    </div>
  );
}

function Request({
  endpoint,
  price,
  onPrice,
  onStart,
}: {
  readonly endpoint: NonNullable<EndpointInfo>;
  readonly price: Price;
  readonly onPrice: (price: Price) => void;
  readonly onStart: () => void;
}) {
  const [scope, setScope] = useState<Scope>('all');
  const [perImage, setPerImage] = useState(3);
  const [language, setLanguage] = useState('English');
  const [concurrency, setConcurrency] = useState(2);
  const [perMinute, setPerMinute] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const isBusy = useStudio(({ projectJobs }) =>
    projectJobs.some((job) => job.kind === 'muse-generate' && isAtWork(job)),
  );
  const imageIds = useScope();
  const chosen = imageIds[scope];
  const input: GenerateInput = {
    imageIds: scope === 'all' ? null : [...chosen],
    ...{ perImage, concurrency, perMinute, language: language.trim() === '' ? 'English' : language.trim() },
  };
  const key = chosen.length === 0 ? null : JSON.stringify([endpoint, input]);
  const estimate = useAnswer(key, () => estimateGeneration(input));
  const start = async (): Promise<void> => {
    setProblem(null);
    try {
      await generateQuestions(input);
      onStart();
    } catch (thrown) {
      setProblem(toWireError(thrown).message);
    }
  };
  return (
    <section className={styles['section']} aria-labelledby="muse-what">
      <h3 id="muse-what" className={styles['sectionTitle']}>
        What to ask for
      </h3>
      <RadioGroup
        legend="Images"
        value={scope}
        options={[
          { value: 'all', label: `All of the project (${formatCount(imageIds.all.length)})` },
          { value: 'shown', label: 'The one that is shown' },
          { value: 'without', label: `Those without a question (${formatCount(imageIds.without.length)})` },
        ]}
        onValue={setScope}
      />
      <div className={styles['fields']}>
        <NumberField
          label="Questions an image"
          value={perImage}
          min={1}
          max={50}
          onValue={(value) => setPerImage(value ?? 1)}
        />
        <Field label="Language">
          {(ids) => (
            <TextInput {...ids} value={language} onChange={(event) => setLanguage(event.target.value)} />
          )}
        </Field>
        <NumberField
          label="Requests at a time"
          value={concurrency}
          min={1}
          max={64}
          onValue={(value) => setConcurrency(value ?? 1)}
        />
        <NumberField
          label="Requests a minute"
          hint="Empty: as many as there are."
          value={perMinute}
          min={0.01}
          max={100_000}
          isWhole={false}
          isOptional
          onValue={setPerMinute}
        />
      </div>
      {estimate.state === 'failed' && (
        <p className={styles['problem']} role="alert">
          {estimate.message}
        </p>
      )}
      {estimate.state === 'asking' && <p className={styles['muted']}>Estimating…</p>}
      {estimate.state === 'here' && <Estimate estimate={estimate.result} price={price} onPrice={onPrice} />}
      {problem !== null && (
        <p className={styles['problem']} role="alert">
          {problem}
        </p>
      )}
      <div className={`${styles['row']} ${styles['start']}`}>
        <Button
          variant="primary"
          disabled={isBusy || estimate.state !== 'here' || estimate.result.requests === 0}
          onClick={() => void start()}
        >
          {estimate.state === 'here' && estimate.result.requests > 0
            ? `Generate ${counted(estimate.result.requests, 'question')}`
            : 'Generate'}
        </Button>
        {isBusy && <span className={styles['muted']}>One job at a time: the other goes on.</span>}
      </div>
    </section>
  );
}

function useScope(): Readonly<Record<Scope, readonly ImageId[]>> {
  const all = useStudio(({ document }) => imagesInOrder(document.images));
  const turns = useStudio(({ document }) => document.turns);
  const shown = useStudio(({ view }) => view.imageId);
  const asked = new Set([...turns.values()].map(({ imageId }) => imageId));
  return {
    all: all.map(({ id }) => id),
    shown: shown === null ? [] : [shown],
    without: all.flatMap(({ id }) => (asked.has(id) ? [] : [id])),
  };
}

const prices = [
  { name: 'read', label: 'Read' },
  { name: 'written', label: 'Written' },
] as const;

/** What it costs and what leaves the machine; the first request word for word. */
function Estimate({
  estimate,
  price,
  onPrice,
}: {
  readonly estimate: GenerationEstimate;
  readonly price: Price;
  readonly onPrice: (price: Price) => void;
}) {
  const { requests, skippedImages, promptTokens, completionTokens, firstPrompt, sends } = estimate;
  const cost = costWords(price, { promptTokens, completionTokens });
  return (
    <>
      {requests === 0 ? (
        <p className={styles['note']}>
          None of these images has an accepted mask with a name: draw or accept some first.
        </p>
      ) : (
        <dl className={styles['facts']}>
          <dt>Requests</dt>
          <dd>{formatCount(requests)}, and about a fifth of them once more</dd>
          <dt>Tokens, about</dt>
          <dd>
            {formatCount(promptTokens)} read, {formatCount(completionTokens)} written
          </dd>
          {cost !== null && (
            <>
              <dt>Cost, about</dt>
              <dd>{cost}</dd>
            </>
          )}
          {skippedImages > 0 && (
            <>
              <dt>Left out</dt>
              <dd>{counted(skippedImages, 'image')} without an accepted mask that has a name</dd>
            </>
          )}
        </dl>
      )}
      {firstPrompt !== null && (
        <>
          <p className={styles['muted']}>{sends}</p>
          <details>
            <summary className={styles['summary']}>What a million tokens cost</summary>
            <div className={styles['fields']}>
              {prices.map(({ name, label }) => (
                <NumberField
                  key={name}
                  label={label}
                  value={price[name]}
                  min={0}
                  max={1e6}
                  isWhole={false}
                  isOptional
                  onValue={(value) => onPrice({ ...price, [name]: value })}
                />
              ))}
            </div>
          </details>
          <details>
            <summary className={styles['summary']}>The first request, word for word</summary>
            {/* A region that scrolls must be reachable by keyboard. */}
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
            <pre className={styles['prompt']} tabIndex={0} aria-label="The first request">
              {firstPrompt}
            </pre>
          </details>
        </>
      )}
    </>
  );
}
