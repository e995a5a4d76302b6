import { inflateRawSync } from 'node:zlib';

const endSignature = 0x06054b50;
const memberSignature = 0x02014b50;
const localHeaderBytes = 30;

/**
 * Members of a zip file in memory, by name. Enough for packages of libraries: no zip64, no encryption.
 *
 * @throws an Error when the bytes are no such file
 */
export function* zipMembers(zip: Uint8Array): Generator<{ name: string; read: () => Uint8Array }> {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  let end = zip.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== endSignature) end--;
  if (end < 0) throw new Error('It is no zip file.');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index++) {
    if (view.getUint32(at, true) !== memberSignature) throw new Error('Its directory is damaged.');
    const [method, packed] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true)];
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const local = view.getUint32(at + 42, true);
    const name = new TextDecoder().decode(zip.subarray(at + 46, at + 46 + (nameLength ?? 0)));
    const read = (): Uint8Array => {
      const start =
        local + localHeaderBytes + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      const bytes = zip.subarray(start, start + packed);
      return method === 0 ? bytes : inflateRawSync(bytes);
    };
    yield { name, read };
    at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
}
