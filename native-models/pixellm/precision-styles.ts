import type { Precision } from '../names.ts';
import type { BlockForm } from '../quantise.ts';
import type { Styles } from './model-graphs.ts';
import type { Network } from './network.ts';

/** How each part is stored at each precision, 4-bit blocks being of 32. The pixel decoder and the norms are always 32-bit: they are small, and masks are what this is for. */
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

type Block = BlockForm['block'];

/** From this width on a model at int4 has blocks of 64: a step reads a sixth less. Narrower ones lose more by it, and have little to read. */
const wideHidden = 1024;

/** Numbers that share a scale in what is converted now. Folders converted before have 32 at any width. */
export function blockFor({ language }: Pick<Network, 'language'>): Block {
  return language.hidden >= wideHidden ? 64 : 32;
}

/** How each part is stored in a folder whose 4-bit blocks are so wide. */
export function stylesFor(precision: Precision, block: Block): Styles {
  const styles = stylesOf[precision];
  return precision === 'int4' && block === 64
    ? { ...styles, layers: 'int4-block64', head: 'int4-block64' }
    : styles;
}
