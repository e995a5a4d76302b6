import type { Caller } from '../../electron/backend/backend.ts';
import type { AppContract, Snapshot } from '../../electron/common/contract.ts';
import { settingsSchema } from '../../electron/common/settings.ts';
import { emptyDiff, invertDiff } from '../../electron/common/document/diff.ts';
import type { Diff, Entity, EntityId } from '../../electron/common/document/records.ts';
import { recordsPart } from './records-part.ts';
import { AppError } from '../../electron/common/errors.ts';
import type { Handlers } from '../../electron/common/rpc/handlers.ts';
import { type TestBackend, aTestBackend } from './test-backend.ts';
import { applyDiff } from './apply-diff.ts';

type AppHandlers = Handlers<AppContract, Caller>;

/** A project in memory behind the real contract, for tests of the window. Tests only; the product never sees it. */
export interface ScriptedStudio {
  backend: TestBackend;
  /** Changes the project as another window or the backend itself would. */
  change(
    diff: Diff,
    from?: {
      readonly window?: string | null;
      readonly label?: string;
      readonly undo?: Diff | null;
      /** Told by reference, as large changes are; 'gone': its records are not at hand any more. */
      readonly isLarge?: boolean | 'gone';
      readonly step?: string;
    },
  ): void;
  entities(): readonly Entity[];
  /** What the window sent, newest last. */
  readonly commits: { readonly label: string; readonly diff: Diff }[];
  readonly savedViews: Readonly<Record<string, unknown>>[];
}

const scriptedFolder = '/projects/kitchen';

export function aScriptedStudio(
  script: {
    readonly entities?: readonly Entity[];
    readonly view?: Record<string, unknown>;
    readonly isOpen?: boolean;
    /** Its records travel in parts. */
    readonly isLarge?: boolean;
    readonly handlers?: (studio: ScriptedStudio) => Partial<AppHandlers>;
    readonly asset?: (path: string) => {
      status: number;
      headers: Record<string, string>;
      body: Uint8Array | null;
    };
  } = {},
): ScriptedStudio {
  let records = new Map<EntityId, Entity>((script.entities ?? []).map((entity) => [entity.id, entity]));
  let revision = 1;
  let settings = settingsSchema.parse({});
  let isOpen = script.isOpen ?? true;
  let name = 'Kitchen';
  const commits: { readonly label: string; readonly diff: Diff }[] = [];
  const savedViews: Readonly<Record<string, unknown>>[] = [];

  const info = () => ({
    id: 'project-1',
    name,
    folder: scriptedFolder,
    revision,
    createdAt: '2026-11-22T12:00:00.000Z',
  });
  const snapshot = (): Snapshot => ({
    project: info(),
    entities: [...records.values()],
    view: savedViews.at(-1) ?? script.view ?? {},
  });
  const told = (): Snapshot =>
    script.isLarge ? { ...snapshot(), entities: [], rest: records.size } : snapshot();
  const opened = async (): Promise<Snapshot> => {
    isOpen = true;
    return told();
  };
  const large = new Map<number, Diff>();
  const store = (
    diff: Diff,
    window: string | null,
    label: string,
    undo: Diff | null,
    from: { readonly isLarge?: boolean | 'gone'; readonly step?: string } = {},
  ): void => {
    records = applyDiff(records, diff);
    revision += 1;
    const step = from.step === undefined ? {} : { step: from.step };
    const what = { folder: scriptedFolder, revision, window, label, ...step };
    if (from.isLarge === true) large.set(revision, diff);
    studio.backend.push(
      'project.changed',
      from.isLarge
        ? {
            ...what,
            ...{ diff: emptyDiff, undo: null },
            large: { records: diff.added.length, isUndoable: undo !== null },
          }
        : { ...what, diff, undo },
    );
  };

  const studio: ScriptedStudio = {
    commits,
    savedViews,
    entities: () => [...records.values()],
    change: (diff, from = {}) => {
      const undo = from.undo === undefined ? invertDiff(diff) : from.undo;
      store(diff, from.window ?? null, from.label ?? 'Change', undo, from);
    },
    // Replaced below, before anybody can ask for it.
    backend: aTestBackend(),
  };
  const backend = aTestBackend({
    'app.info': async () => ({
      version: '0.1.0',
      door: 'browser',
      platform: 'linux',
      projectsFolder: '/projects',
      samples: [],
    }),
    'settings.get': async () => settings,
    'settings.set': async (part) => (settings = settingsSchema.parse({ ...settings, ...part })),
    'project.recent': async () =>
      isOpen
        ? [
            {
              name,
              folder: scriptedFolder,
              openedAt: '2026-11-22T12:00:00.000Z',
              images: 1,
              done: 0,
              targets: 0,
              toReview: 0,
              exists: true,
            },
          ]
        : [],
    'project.create': opened,
    'project.open': opened,
    'project.snapshot': async () => {
      if (!isOpen) throw new AppError('no-project-open', 'No project is open.');
      return told();
    },
    'project.rename': async (input) => {
      name = input.name;
      return info();
    },
    'project.commit': async ({ diff, label, window }) => {
      store(diff, window, label, null);
      commits.push({ label, diff });
      return { revision };
    },
    'project.saveView': async ({ view }) => {
      savedViews.push(view);
      return {};
    },
    async *'project.records'() {
      const standing = [...records.values()];
      const asked = revision;
      for (const record of standing) yield recordsPart(asked, [JSON.stringify(record)]);
    },
    async *'project.largeChange'({ revision: asked }) {
      const diff = large.get(asked);
      if (diff === undefined) throw new AppError('unknown-record', 'It is not at hand any more.');
      yield diff;
    },
    'images.check': async () => [],
    'jobs.list': async () => [],
    'models.status': async () => ({
      state: 'ready' as const,
      folder: '/models/small',
      name: 'Small',
      device: null,
      error: null,
      queue: 0,
      restarts: 0,
    }),
    'chat.suggest': async () => ['What can I drink from?'],
    ...(script.asset === undefined ? {} : { asset: script.asset }),
    ...script.handlers?.(studio),
  });
  studio.backend = backend;
  return studio;
}
