import type { WireError } from '../../electron/common/errors.ts';
import type { OperationName } from './mask-operations.ts';

export interface WorkOrder {
  readonly id: number;
  readonly name: OperationName;
  /** The input that goes with the name; the pair was made by a typed `run`. */
  readonly input: unknown;
}

export type WorkResult =
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly error: WireError };
