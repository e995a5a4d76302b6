import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Backend } from '../../electron/backend/backend.ts';
import { createBackend } from '../../electron/backend/create-backend.ts';
import type { Host } from '../../electron/backend/host.ts';
import {
  contract,
  type AppContract,
  type AskEvent,
  type ProjectChanged,
} from '../../electron/common/contract.ts';
import type {
  Entity,
  EntityKind,
  ImageId,
  Reference,
  TurnId,
} from '../../electron/common/document/records.ts';
import type { PayloadOf, PushName } from '../../electron/common/messages.ts';
import { createClient, type Client } from '../../electron/common/rpc/client.ts';
import { memoryWirePair } from '../../electron/common/rpc/memory-wire.ts';
import { serve } from '../../electron/common/rpc/server.ts';
import { wholeSnapshot } from '../../electron/common/whole-snapshot.ts';
import { aPng } from './pictures-on-disk.ts';
import { aScriptedProcess, scriptedRoom, type Script, type ScriptedProcess } from './scripted-model.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { aModelFolder } from './a-model-folder.ts';

/** A window on the app: what a page would have, without a page. */
export interface AppWindow {
  readonly client: Client<AppContract>;
  readonly changes: ProjectChanged[];
  readonly pushes: { readonly name: string; readonly payload: unknown }[];
  close(): void;
}

export interface App extends AppWindow {
  readonly backend: Backend;
  readonly host: Host;
  readonly folder: string;
  readonly processes: readonly ScriptedProcess[];
  openWindow(): AppWindow;
  /** A PNG in the project; sizes other than the default make other pictures. */
  addImage(size?: { width: number; height: number }): Promise<ImageId>;
  ask(question: string, imageId: ImageId, options?: AskOptions): Promise<AskEvent[]>;
  records<K extends EntityKind>(kind: K): Promise<Extract<Entity, { kind: K }>[]>;
  commit(diff: ProjectChanged['diff']): Promise<void>;
  /** Waits until jobs that were cancelled have put their things away. */
  settle(): Promise<void>;
  /** Another process of the app: nothing is left in memory, the same project is open. */
  restart(): Promise<void>;
}
interface AskOptions {
  readonly references?: readonly Reference[];
  readonly replaceTurnId?: TurnId;
  readonly signal?: AbortSignal;
}

/** The real backend with an open project and a scripted model, reached by the real contract; gone when the test ends. */
export async function anApp(
  options: { readonly model?: Partial<Script>; readonly host?: Partial<Host>; readonly card?: object } = {},
): Promise<App> {
  const folder = await temporaryFolder();
  const processes: ScriptedProcess[] = [];
  const resourcesFolder = join(folder, 'resources');
  await aModelFolder(join(resourcesFolder, 'native-models', 'bundled', 'tiny'), options.card);
  await mkdir(join(resourcesFolder, 'assets', 'samples'), { recursive: true });
  await writeFile(join(resourcesFolder, 'assets', 'samples', 'cups.png'), aPng({ width: 12, height: 10 }));
  const samples = [{ file: 'cups.png', title: 'Cups', questions: ['Where is the cup?'] }];
  await writeFile(join(resourcesFolder, 'assets', 'samples', 'samples.json'), JSON.stringify(samples));
  const room = scriptedRoom({ answer: () => 'The red cup {left} is here.', ...options.model });
  const host: Host = {
    door: 'cli',
    version: '0.0.0',
    dataFolder: join(folder, 'data'),
    projectsFolder: join(folder, 'projects'),
    resourcesFolder,
    bundlesFolder: join(folder, 'bundles'),
    roots: null,
    grants: null,
    loadsModelAtStart: false,
    showOpenDialog: null,
    showSaveDialog: null,
    openExternal: null,
    startInferenceProcess: () => {
      const process = aScriptedProcess(room);
      processes.push(process);
      return process;
    },
    ...options.host,
  };
  let backend = await createBackend(host);
  onTestFinished(() => backend.dispose());
  let connections = 0;
  const openWindow = (): AppWindow => aWindow(backend, `window-${++connections}`);
  let window = openWindow();
  const { project } = await window.client.call('project.create', { name: 'Test', parent: null });
  let pictures = 0;
  return {
    get backend() {
      return backend;
    },
    get client() {
      return window.client;
    },
    get changes() {
      return window.changes;
    },
    get pushes() {
      return window.pushes;
    },
    close: () => window.close(),
    ...{ host, folder, processes, openWindow },
    async settle() {
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    },
    async restart() {
      await backend.dispose();
      backend = await createBackend(host);
      window = openWindow();
      await window.client.call('project.open', { folder: project.folder });
    },
    async addImage(size = { width: 8, height: 6 }) {
      const data = aPng(size, ++pictures);
      const source = { kind: 'bytes' as const, name: `picture-${pictures}.png`, data };
      for await (const event of window.client.stream('images.import', { sources: [source] })) {
        if (event.type === 'failed') throw new Error(event.error.message);
        if (event.type === 'done') return event.imageIds[0] as ImageId;
      }
      throw new Error('The import ended without its last word.');
    },
    async ask(question, imageId, { references = [], replaceTurnId, signal } = {}) {
      const events: AskEvent[] = [];
      const input = { imageId, question, references: [...references], replaceTurnId: replaceTurnId ?? null };
      for await (const event of window.client.stream('chat.ask', input, { signal })) events.push(event);
      return events;
    },
    async records(kind) {
      const told = await window.client.call('project.snapshot', {});
      const { entities } = await wholeSnapshot(window.client, told);
      return entities.filter(
        (record): record is Extract<Entity, { kind: typeof kind }> => record.kind === kind,
      );
    },
    async commit(diff) {
      await window.client.call('project.commit', { diff, label: 'test', window: 'test', baseRevision: 0 });
    },
  };
}

function aWindow(backend: Backend, connection: string): AppWindow {
  const [near, far] = memoryWirePair();
  const served = serve(contract, backend.handlers, far, { connection });
  const stop = backend.onPush((name, payload) => served.push(name, payload));
  far.onClose(() => {
    stop();
    backend.releaseConnection(connection);
  });
  const client = createClient(contract, near);
  const changes: ProjectChanged[] = [];
  const pushes: AppWindow['pushes'] = [];
  const note = <N extends PushName<AppContract>>(name: N) =>
    client.on(name, (payload: PayloadOf<AppContract[N]>) => pushes.push({ name, payload }));
  note('settings.changed');
  note('models.statusChanged');
  client.on('project.changed', (change) => changes.push(change));
  return { client, changes, pushes, close: () => client.close() };
}

/** The text of an answer as it streamed. */
export function streamedText(events: readonly AskEvent[]): string {
  return events.map((event) => (event.type === 'text' ? event.delta : '')).join('');
}
