/**
 * onnxruntime-node with its telemetry off. The only file that imports the package.
 *
 * As shipped, 1.30 on Linux writes a device id and a database into the home folder and a log into the temporary folder, and some eight seconds
 * after the first session sends process, model and graph names to its vendor. It looks at this variable once, when it is loaded: hence
 * set here, and the import below instead of at the top, where it would run first. A program that starts others sets it for them as well
 * (`quietEnvironment`), because on Windows a variable set while running may not reach native code.
 */
import type * as Runtime from 'onnxruntime-node'; // types alone: nothing is loaded by it
import { quietEnvironment } from '../quiet-environment.ts';

Object.assign(process.env, quietEnvironment);
const runtime = await import('onnxruntime-node');

export const { InferenceSession, listSupportedBackends, Tensor } = runtime;
export type InferenceSession = Runtime.InferenceSession;
export type NativeSessionOptions = Runtime.InferenceSession.SessionOptions;
export type Tensor = Runtime.Tensor;
