/** What goes to the worker and comes back. Buffers are handed over, not copied. */
export interface GrabCutRequest {
  readonly type: 'grab-cut';
  readonly id: number;
  readonly width: number;
  readonly height: number;
  /** u8 [height, width, 3] */
  readonly rgb: Uint8Array;
  /** u8 [height, width], values of `labels` */
  readonly seeds: Uint8Array;
}

/** What is known about a pixel before GrabCut decides. */
export const labels = { outside: 0, inside: 1, unknown: 2 } as const;

export interface ScissorsRequest {
  readonly type: 'scissors';
  readonly id: number;
  /** Pixels of a picture the worker does not have yet; null to go on with the last one. */
  readonly picture: { readonly width: number; readonly height: number; readonly rgb: Uint8Array } | null;
  /** Whole pixels of that picture. */
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

export type AssistRequest = GrabCutRequest | ScissorsRequest;

export type AssistReply =
  | {
      readonly type: 'mask';
      readonly id: number /** u8 [height, width], 0 or 1 */;
      readonly data: Uint8Array;
    }
  | {
      readonly type: 'path';
      readonly id: number /** x, y, x, y, ... pixels of the picture */;
      readonly points: Int32Array;
    }
  | { readonly type: 'failed'; readonly id: number; readonly message: string };
