import { useState } from 'react';
import { toWireError } from '../../electron/common/errors.ts';
import type { EndpointInfo } from '../../electron/common/muse/muse-messages.ts';
import { confirmed } from '../store/dialogs.ts';
import { forgetEndpoint, setEndpoint } from '../store/muse.ts';
import { reporting } from '../store/toasts.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox, Field, TextInput } from '../ui/field.tsx';
import styles from './muse.module.css';

const keyPlaces = {
  keychain: 'its key lies in the keychain of this machine',
  file: 'its key lies in a file that only you can read',
  environment: 'its key comes from PIXELLM_API_KEY',
} as const;

/** The language model that writes questions: what is set up, or the form to set it up. */
export function Endpoint({
  endpoint,
  onEndpoint,
}: {
  readonly endpoint: EndpointInfo;
  readonly onEndpoint: (endpoint: EndpointInfo) => void;
}) {
  const [isChanging, setIsChanging] = useState(false);
  if (endpoint === null || isChanging)
    return (
      <EndpointForm
        endpoint={endpoint}
        onDone={(next) => {
          setIsChanging(false);
          if (next !== null) onEndpoint(next);
        }}
      />
    );
  const forget = (): void =>
    reporting('The endpoint was not forgotten', async () => {
      const isSure = await confirmed({
        title: 'Forget this endpoint?',
        text: 'Its address and its key are deleted from this machine. Nothing can be sent until one is set up again.',
        confirm: 'Forget',
        danger: true,
      });
      if (!isSure) return;
      await forgetEndpoint();
      onEndpoint(null);
    });
  return (
    <div className={styles['row']}>
      <div className={styles['grow']}>
        <p className={styles['strong']}>{endpoint.model}</p>
        <p className={styles['muted']}>
          {endpoint.baseUrl}; {endpoint.vision ? 'sees the image' : 'is told names and boxes only'};{' '}
          {endpoint.key === null ? 'without a key' : keyPlaces[endpoint.key]}.
        </p>
      </div>
      <Button size="small" onClick={() => setIsChanging(true)}>
        Change…
      </Button>
      <Button size="small" onClick={forget}>
        Forget
      </Button>
    </div>
  );
}

function EndpointForm({
  endpoint,
  onDone,
}: {
  readonly endpoint: EndpointInfo;
  readonly onDone: (endpoint: EndpointInfo) => void;
}) {
  const [baseUrl, setBaseUrl] = useState(endpoint?.baseUrl ?? '');
  const [model, setModel] = useState(endpoint?.model ?? '');
  const [key, setKey] = useState('');
  const [vision, setVision] = useState(endpoint?.vision ?? false);
  const [problem, setProblem] = useState<string | null>(null);
  const canSave = baseUrl.trim() !== '' && model.trim() !== '';
  const save = async (): Promise<void> => {
    try {
      const typed = key.trim();
      onDone(await setEndpoint({ baseUrl, model: model.trim(), vision, key: typed === '' ? null : typed }));
    } catch (thrown) {
      setProblem(toWireError(thrown).message);
    }
  };
  return (
    <form
      className={styles['section']}
      onSubmit={(event) => {
        event.preventDefault();
        if (canSave) void save();
      }}
    >
      <Field
        label="Address"
        hint="Ollama, llama.cpp, LM Studio, vLLM or a hosted one: whatever speaks OpenAI’s protocol."
        problem={problem}
      >
        {(ids) => (
          <TextInput
            {...ids}
            data-autofocus
            placeholder="http://127.0.0.1:11434/v1"
            value={baseUrl}
            onChange={(event) => setBaseUrl(event.target.value)}
          />
        )}
      </Field>
      <Field label="Model">
        {(ids) => (
          <TextInput
            {...ids}
            placeholder="qwen2.5-vl:7b"
            value={model}
            onChange={(event) => setModel(event.target.value)}
          />
        )}
      </Field>
      <Field
        label="Key"
        hint={
          (endpoint?.key ?? null) === null
            ? 'Only where the server wants one. Kept on this machine, never in a project or an export.'
            : 'Empty keeps the one that is there.'
        }
      >
        {(ids) => (
          <TextInput {...ids} type="password" value={key} onChange={(event) => setKey(event.target.value)} />
        )}
      </Field>
      <Checkbox
        label="The model sees pictures"
        hint="The image is then sent along, at up to 1024 pixels."
        isChecked={vision}
        onChecked={setVision}
      />
      <div className={styles['row']}>
        <Button type="submit" variant="primary" disabled={!canSave}>
          Set up
        </Button>
        {endpoint !== null && <Button onClick={() => onDone(null)}>Cancel</Button>}
      </div>
    </form>
  );
}
