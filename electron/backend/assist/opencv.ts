import { createRequire } from 'node:module';

/**
 * The few functions of OpenCV that are used, typed as this build has them: its own types lack the scissors. The only file that
 * loads the package. A matrix lives outside JavaScript's memory until `delete()`.
 */
export interface OpenCv {
  readonly Mat: MatConstructor;
  readonly Rect: new (x: number, y: number, width: number, height: number) => unknown;
  readonly Point: new (x: number, y: number) => unknown;
  readonly segmentation_IntelligentScissorsMB: new () => IntelligentScissors;
  readonly CV_8UC1: number;
  readonly CV_8UC3: number;
  readonly GC_BGD: number;
  readonly GC_FGD: number;
  readonly GC_PR_BGD: number;
  readonly GC_PR_FGD: number;
  /** With the colours learnt before. */
  readonly GC_EVAL: number;
  readonly GC_INIT_WITH_MASK: number;
  /** GrabCut starts from random centres; with a fixed seed the same input gives the same mask. */
  setRNGSeed(seed: number): void;
  grabCut(
    image: Mat,
    mask: Mat,
    box: unknown,
    background: Mat,
    foreground: Mat,
    rounds: number,
    mode: number,
  ): void;
  exceptionFromPtr(pointer: number): { readonly msg: string };
}

export interface Mat {
  readonly rows: number;
  readonly data: Uint8Array;
  readonly data32S: Int32Array;
  delete(): void;
}

interface MatConstructor {
  new (): Mat;
  new (rows: number, columns: number, type: number): Mat;
}

export interface IntelligentScissors {
  setEdgeFeatureCannyParameters(low: number, high: number): unknown;
  setGradientMagnitudeMaxLimit(limit: number): unknown;
  applyImage(image: Mat): unknown;
  buildMap(source: unknown): void;
  getContour(target: unknown, contour: Mat): void;
  delete(): void;
}

/** Takes half a second and 60 MB. */
export async function loadOpenCv(): Promise<OpenCv> {
  const require = createRequire(import.meta.url);
  // The package is one CommonJS file; its own types describe another set of functions than we use.
  const module = require('@techstark/opencv-js') as OpenCv & {
    onRuntimeInitialized?: () => void;
    then?: unknown;
  };
  // It has a `then` of its own that calls back with itself: whoever awaits it never gets to the end.
  delete module.then;
  if (typeof module.Mat !== 'function') {
    await new Promise<void>((resolve) => {
      module.onRuntimeInitialized = resolve;
    });
  }
  return module;
}

/** OpenCV throws the address of its exception; this makes its sentence an Error. */
export function openCvError(cv: OpenCv, thrown: unknown): Error {
  if (typeof thrown === 'number') return new Error(`OpenCV: ${cv.exceptionFromPtr(thrown).msg}`);
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
