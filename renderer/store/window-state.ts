import type { CommentPlace } from '../../electron/common/document/comments.ts';
import type { AnnotationId, ImageId } from '../../electron/common/document/records.ts';

/** A page of the MUSE workbench. */
export type MusePage = 'generate' | 'check' | 'statistics' | 'compare' | 'browse';

/** The one modal thing that is open, with what it needs to know. */
export type DialogState =
  | { readonly kind: 'palette' }
  | { readonly kind: 'shortcuts' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'models' }
  | { readonly kind: 'gpu' }
  | { readonly kind: 'segmenter' }
  | { readonly kind: 'about' }
  | { readonly kind: 'jobs' }
  | { readonly kind: 'gallery' }
  | { readonly kind: 'go-to-image' }
  | { readonly kind: 'comments'; readonly place: CommentPlace }
  | { readonly kind: 'ask-many'; readonly imageIds: readonly ImageId[] | null }
  | { readonly kind: 'categories' }
  | { readonly kind: 'muse'; readonly page: MusePage }
  | { readonly kind: 'export' }
  /** `file`: dropped on the window, offered as an import. */
  | { readonly kind: 'import'; readonly file?: File }
  | { readonly kind: 'new-project' }
  | { readonly kind: 'rename-project' }
  | { readonly kind: 'relink'; readonly imageId: ImageId }
  | { readonly kind: 'category'; readonly annotationIds: readonly AnnotationId[] };

/** Something the app must know before it goes on; it may lie over a dialog. */
export type QuestionState =
  | { readonly kind: 'browse'; readonly request: BrowseRequest }
  | { readonly kind: 'confirm'; readonly confirmation: Confirmation };

/** The browser door's stand-in for a native file dialog. */
export interface BrowseRequest {
  readonly title: string;
  readonly want: 'images' | 'folder' | 'project' | 'annotations' | 'json' | 'results' | 'model' | 'graph';
  readonly multiple: boolean;
  readonly answer: (paths: readonly string[] | null) => void;
}

export interface Confirmation {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly danger: boolean;
  readonly answer: (yes: boolean) => void;
}

export interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}

export interface Toast {
  readonly id: string;
  readonly tone: 'info' | 'success' | 'warning' | 'error';
  readonly title: string;
  /** The sentence with the useful fact. */
  readonly text: string | null;
  readonly action: ToastAction | null;
  /** The folder of the project it is about; null where none was open. It goes with its project. */
  readonly project: string | null;
}

/** A long job with its progress; `cancel` is what the tray's button calls. */
export interface Job {
  readonly id: string;
  readonly title: string;
  readonly stage: string;
  readonly done: number;
  /** Null while nobody knows how much there is. */
  readonly total: number | null;
  readonly startedAt: number;
  readonly cancel: () => void;
}

export interface JobProgress {
  readonly stage: string;
  readonly done: number;
  readonly total: number | null;
}
