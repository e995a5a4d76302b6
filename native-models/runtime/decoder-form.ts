import type { Provider } from '../names.ts';
import type { ModelManifest } from '../pixellm/manifest.ts';
import type { BoundForm } from '../pixellm/model-graphs.ts';

/**
 * How a provider computes the decoder with its cache bound in place, or null where Node cannot give it memory that stays on the device
 * (DirectML, Core ML) or there is none (the CPU, whose own form reads the cache where it lies).
 */
export function boundFormFor(
  provider: Provider,
  { precision, network }: Pick<ModelManifest, 'precision' | 'network'>,
): BoundForm | null {
  // The fused attention rotates whole sixteens of a head's numbers.
  if (network.language.headDim % 16 !== 0) return null;
  switch (provider) {
    case 'webgpu':
      // 16-bit numbers are an optional part of WebGPU: only models that need them anyway use them.
      return {
        numbers: precision === 'fp16' ? { layers: 'f16', cache: 'f16' } : { layers: 'f32', cache: 'f32' },
        joinsProjections: true,
        joinsGate: true,
      };
    case 'cuda':
      // Its attention computes with 16-bit numbers; where the weights are no 32-bit ones either, so may all else.
      return {
        numbers: { layers: precision === 'fp32' ? 'f32' : 'f16', cache: 'f16' },
        joinsProjections: false,
        joinsGate: false,
      };
    default:
      return null;
  }
}
