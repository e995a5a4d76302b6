import { createRequire } from 'node:module';
import type * as Koffi from 'koffi'; // types alone: a machine without a card need not have it
import { ModelError } from '../errors.ts';

let library: typeof Koffi | null = null;

/**
 * koffi, which calls functions of shared libraries. Loaded when it is first needed; the only file that names it.
 *
 * @throws ModelError 'provider-missing' where it has no build for this system
 */
export function foreignFunctions(): typeof Koffi {
  if (library) return library;
  try {
    library = createRequire(import.meta.url)('koffi') as typeof Koffi; // the package's own types
    return library;
  } catch (cause) {
    throw new ModelError(
      'provider-missing',
      'CUDA needs koffi, a part of this program that is missing here.',
      {},
      cause,
    );
  }
}

const prototypes = new Map<string, Koffi.TypeObject>();

/** The type of a function, `%` standing for its name; made once, as a name may be given once. */
export function prototype(name: string, signature: string): Koffi.TypeObject {
  const known = prototypes.get(name);
  if (known) return known;
  const made = foreignFunctions().proto(signature.replace('%', `Pixellm${name}`));
  prototypes.set(name, made);
  return made;
}
