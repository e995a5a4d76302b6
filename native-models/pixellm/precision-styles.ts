import type { Precision } from '../names.ts';
import type { Styles } from './model-graphs.ts';

/** How each part is stored at each precision. The pixel decoder and the norms are always 32-bit: they are small, and masks are what this is for. */
export const stylesOf: Readonly<Record<Precision, Styles>> = {
  fp32: { tower: 'f32', projectors: 'f32', layers: 'f32', head: 'f32', attention: 'fused' },
  fp16: { tower: 'f16', projectors: 'f16', layers: 'f16', head: 'f16', attention: 'fused' },
  int8: {
    tower: 'int8-column',
    projectors: 'int8-column',
    layers: 'int8-block32',
    head: 'int8-block32',
    attention: 'fused',
  },
  int4: {
    tower: 'int8-column',
    projectors: 'int8-column',
    layers: 'int4-block32',
    head: 'int4-block32',
    attention: 'fused',
  },
};
