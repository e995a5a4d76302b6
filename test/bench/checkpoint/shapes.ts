/** Sizes of random-weight checkpoints; tiny, mid and large are those of the reference's own speed figures. */
export type CheckpointShape = {
  readonly language: {
    readonly hidden: number;
    readonly layers: number;
    readonly heads: number;
    readonly intermediate: number;
    readonly vocabulary: number;
  };
  readonly vision: {
    readonly hidden: number;
    readonly layers: number;
    readonly heads: number;
    readonly intermediate: number;
  };
};

const clipLarge = { hidden: 1024, layers: 24, heads: 16, intermediate: 4096 };

export const checkpointShapes = {
  tiny: {
    language: { hidden: 64, layers: 2, heads: 4, intermediate: 176, vocabulary: 389 },
    vision: { hidden: 48, layers: 12, heads: 4, intermediate: 96 },
  },
  mid: {
    language: { hidden: 512, layers: 8, heads: 8, intermediate: 1376, vocabulary: 32009 },
    vision: { hidden: 768, layers: 12, heads: 12, intermediate: 3072 },
  },
  large: {
    language: { hidden: 1024, layers: 16, heads: 16, intermediate: 2752, vocabulary: 32009 },
    vision: clipLarge,
  },
  '1b': {
    language: { hidden: 2048, layers: 16, heads: 16, intermediate: 5504, vocabulary: 32009 },
    vision: clipLarge,
  },
  '7b': {
    language: { hidden: 4096, layers: 32, heads: 32, intermediate: 11008, vocabulary: 32009 },
    vision: clipLarge,
  },
} as const satisfies Record<string, CheckpointShape>;

export type CheckpointShapeName = keyof typeof checkpointShapes;
