import { create } from 'zustand';
import { subscribeWithSelector } from 'zustand/middleware';
import type { AppContract, ModelStatus } from '../../electron/common/contract.ts';
import { type Settings, settingsSchema } from '../../electron/common/settings.ts';
import type { JobStatus } from '../../electron/common/job-messages.ts';
import type { OutputOf } from '../../electron/common/messages.ts';
import { type ChatState, initialChat } from './chat-state.ts';
import { type DocumentState, emptyDocument } from './document.ts';
import { type HistoryState, initialHistory } from './history.ts';
import { type ImageListState, initialImageList } from './image-list-state.ts';
import { type TargetListState, initialTargetList } from './target-list.ts';
import { type FoldedPanes, type ViewState, initialView, nothingFolded } from './view-state.ts';
import type { DialogState, Job, QuestionState, Toast } from './window-state.ts';

export type AppInfo = OutputOf<AppContract['app.info']>;
export type RecentProject = OutputOf<AppContract['project.recent']>[number];

export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  /** The door closed; the app tries again by itself. */
  | { readonly state: 'lost'; readonly reason: string; readonly attempt: number }
  /** The door knows this page not, or no longer: only another address helps, which the reason says. */
  | { readonly state: 'refused'; readonly reason: string };

/** Edits on their way to the disk. */
export interface SavingState {
  readonly pending: number;
}

/**
 * Everything the window shows. One store, slices by subject; the functions that change a slice live in
 * the file named after it.
 */
export interface Studio {
  readonly connection: Connection;
  readonly app: AppInfo | null;
  readonly settings: Settings;
  readonly recent: readonly RecentProject[];
  readonly model: ModelStatus | null;
  readonly document: DocumentState;
  readonly history: HistoryState;
  readonly saving: SavingState;
  readonly view: ViewState;
  readonly folded: FoldedPanes;
  readonly chat: ChatState;
  readonly targetList: TargetListState;
  readonly imageList: ImageListState;
  /** What this window runs and ends with it. */
  readonly jobs: readonly Job[];
  /** What the project runs, whoever looks on; newest first. */
  readonly projectJobs: readonly JobStatus[];
  readonly toasts: readonly Toast[];
  readonly dialog: DialogState | null;
  readonly question: QuestionState | null;
  /** Images whose file is not where it was, or not what it was. */
  readonly troubledImages: ReadonlyMap<string, 'missing' | 'changed' | 'outside'>;
  /** False while nobody has looked yet: ten thousand files take some seconds. */
  readonly areFilesChecked: boolean;
  /** Colours of the palette that pictures have, by their SHA-256, for those that were looked at (canvas/picture-colours.ts). */
  readonly pictureColours: ReadonlyMap<string, readonly string[]>;
}

export const initialStudio: Studio = {
  connection: { state: 'connecting' },
  app: null,
  settings: settingsSchema.parse({}),
  recent: [],
  model: null,
  document: emptyDocument,
  history: initialHistory,
  saving: { pending: 0 },
  view: initialView,
  folded: nothingFolded,
  chat: initialChat,
  targetList: initialTargetList,
  imageList: initialImageList,
  jobs: [],
  projectJobs: [],
  toasts: [],
  dialog: null,
  question: null,
  troubledImages: new Map(),
  pictureColours: new Map(),
  areFilesChecked: false,
};

/** `useStudio(selector)` in components; `useStudio.subscribe(selector, listener)` outside React. */
export const useStudio = create<Studio>()(subscribeWithSelector(() => initialStudio));
