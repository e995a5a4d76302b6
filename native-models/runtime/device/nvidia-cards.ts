import { foreignFunctions } from '../foreign-functions.ts';

/** A card as NVIDIA's management library tells of it. */
export interface NvidiaCard {
  /** Its number for CUDA and here. */
  readonly index: number;
  readonly name: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
}

const library = process.platform === 'win32' ? 'nvml.dll' : 'libnvidia-ml.so.1';
const nameBytes = 96;

/**
 * The cards that CUDA may use, with what is free on them and numbered as CUDA numbers them when it is told to order them as this library does; null
 * where the driver's library is not there or does not answer, or the visible cards are named by what this file does not read.
 */
export function nvidiaCards(environment: NodeJS.ProcessEnv = process.env): readonly NvidiaCard[] | null {
  try {
    return visibleCards(readCards(), environment['CUDA_VISIBLE_DEVICES']);
  } catch {
    return null;
  }
}

/** @param visible  numbers of cards in an order of their own, as CUDA_VISIBLE_DEVICES lists them */
export function visibleCards(
  cards: readonly NvidiaCard[],
  visible: string | undefined,
): readonly NvidiaCard[] | null {
  if (visible === undefined) return cards;
  const numbers = visible.split(',').map((part) => part.trim());
  if (visible.trim() === '') return [];
  if (!numbers.every((part) => /^\d+$/u.test(part))) return null;
  return numbers.flatMap((part, index) => {
    const card = cards[Number(part)];
    return card ? [{ ...card, index }] : [];
  });
}

function readCards(): NvidiaCard[] {
  const nvml = foreignFunctions().load(library);
  const ask = (definition: string) => {
    const call = nvml.func(definition) as (...args: readonly unknown[]) => number;
    return (...args: readonly unknown[]): void => {
      const code = call(...args);
      if (code !== 0) throw new Error(`NVML answered ${code}.`);
    };
  };
  ask('int nvmlInit_v2()')();
  try {
    const count = new Uint32Array(1);
    ask('int nvmlDeviceGetCount_v2(void*)')(count);
    const [handleOf, nameOf, memoryOf] = [
      ask('int nvmlDeviceGetHandleByIndex_v2(unsigned int, _Out_ void**)'),
      ask('int nvmlDeviceGetName(void*, void*, unsigned int)'),
      ask('int nvmlDeviceGetMemoryInfo(void*, void*)'),
    ];
    return Array.from({ length: count[0] ?? 0 }, (_, index) => {
      const handle: [unknown] = [null];
      handleOf(index, handle);
      const [name, memory] = [new Uint8Array(nameBytes), new BigUint64Array(3)]; // total, free, used
      nameOf(handle[0], name, nameBytes);
      memoryOf(handle[0], memory);
      return {
        index,
        name: new TextDecoder().decode(name.subarray(0, name.indexOf(0))),
        totalBytes: Number(memory[0]),
        freeBytes: Number(memory[1]),
      };
    });
  } finally {
    ask('int nvmlShutdown()')();
  }
}
