import { randomInteger } from './seeded-random.ts';

/** One way to damage a file; what it gives may be the buffer it was given, changed in place. */
interface ByteMutation {
  readonly name: string;
  apply(bytes: Buffer, random: () => number): Buffer;
}

/** Ways to damage bytes as disks, networks and other programs do, and as those who mean harm do. */
export const byteMutations: readonly ByteMutation[] = [
  {
    name: 'bits',
    apply(bytes, random) {
      for (let count = randomInteger(random, 1, 9); count > 0 && bytes.length > 0; count--) {
        const at = randomInteger(random, 0, bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << randomInteger(random, 0, 8));
      }
      return bytes;
    },
  },
  {
    name: 'head',
    apply(bytes, random) {
      for (let count = randomInteger(random, 1, 5); count > 0 && bytes.length > 0; count--)
        bytes[randomInteger(random, 0, Math.min(bytes.length, 2048))] = randomInteger(random, 0, 256);
      return bytes;
    },
  },
  {
    name: 'tail',
    apply(bytes, random) {
      for (let count = randomInteger(random, 1, 5); count > 0 && bytes.length > 0; count--)
        bytes[bytes.length - 1 - randomInteger(random, 0, Math.min(bytes.length, 4096))] = randomInteger(
          random,
          0,
          256,
        );
      return bytes;
    },
  },
  {
    name: 'huge number',
    apply(bytes, random) {
      const at = randomInteger(random, 0, Math.max(1, Math.min(bytes.length, 4096) - 8));
      if (bytes.length >= at + 8)
        bytes.writeBigUInt64LE(
          [0n, 127n, 2n ** 31n, 2n ** 63n, 2n ** 64n - 1n][randomInteger(random, 0, 5)] ?? 0n,
          at,
        );
      return bytes;
    },
  },
  { name: 'cut', apply: (bytes, random) => bytes.subarray(0, randomInteger(random, 0, bytes.length)) },
  {
    name: 'doubled',
    apply(bytes, random) {
      const at = randomInteger(random, 0, bytes.length);
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + 64), bytes.subarray(at)]);
    },
  },
];
