import type { ImageSort } from '../../electron/common/document/image-order.ts';
import type { ImageId } from '../../electron/common/document/records.ts';

/** How the images of the project are listed, and which of them are picked for what is done to many. */
export interface ImageListState {
  /** As typed; see electron/common/search/parse-search.ts. */
  readonly search: string;
  readonly sort: ImageSort;
  readonly picked: ReadonlySet<ImageId>;
}

export const initialImageList: ImageListState = { search: '', sort: 'order', picked: new Set() };
