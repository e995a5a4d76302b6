import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Backend } from '../../electron/backend/backend.ts';
import type { Host } from '../../electron/backend/host.ts';
import { appFolders } from '../../electron/hosts/app-folders.ts';
import { runCli } from '../../electron/hosts/cli/run-cli.ts';

export interface CommandOutcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line in this process, against the backend of the test. */
export async function runPixellm(
  words: readonly string[],
  {
    backend,
    folder,
    signal = new AbortController().signal,
    onOutput,
  }: {
    readonly backend: Backend | ((host: Host) => Promise<Backend>);
    /** Stands for the current folder, the data folder and the app's own folder. */
    readonly folder: string;
    readonly signal?: AbortSignal;
    readonly onOutput?: (text: string) => void;
  },
): Promise<CommandOutcome> {
  const out = new PassThrough();
  const err = new PassThrough();
  const [outText, errText] = [text(out), text(err)];
  if (onOutput) out.on('data', (chunk: Buffer) => onOutput(chunk.toString()));
  const code = await runCli(words, {
    createBackend: typeof backend === 'function' ? backend : async () => backend,
    folders: appFolders(`${folder}/dist/node`, {
      PIXELLM_DATA: folder,
      PIXELLM_PROJECTS: `${folder}/projects`,
    }),
    version: '1.2.3',
    signal,
    streams: { out, err },
    environment: {},
    folder,
  });
  out.end();
  err.end();
  return { code, out: await outText, err: await errText };
}
