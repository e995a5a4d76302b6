import { isObject } from '../formats/is-object.ts';
import type { FormatSource } from '../formats/format.ts';
import { readJsonItems } from '../formats/json-items.ts';
import { lastPart } from '../formats/match-images.ts';

/**
 * Which record a file belongs to when records of several folders share its bare name: the last of them, since folders poured into one in their order
 * leave the last one's picture. The others have no picture then, and must not be measured on somebody else's.
 *
 * @returns for each such bare name the image name that may use it
 */
export async function namesOfShared(source: FormatSource, signal: AbortSignal): Promise<Map<string, string>> {
  const lastByBare = new Map<string, string>();
  const shared = new Map<string, string>();
  for await (const items of readJsonItems(source, { signal })) {
    for (const { value } of items) {
      const name = isObject(value) ? (value['file_name'] ?? value['coco_url']) : null;
      if (typeof name !== 'string') continue;
      const bare = lastPart(name);
      const before = lastByBare.get(bare);
      lastByBare.set(bare, name);
      if (before !== undefined && before !== name) shared.set(bare, name);
      else if (shared.has(bare)) shared.set(bare, name);
    }
  }
  return shared;
}
