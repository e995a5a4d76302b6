import { expect, test } from 'vitest';
import { inferenceEnvironment } from '../../native-models/quiet-environment.ts';

test('a process that computes is silent and asks for large pages, and keeps what the person has set', () => {
  expect(inferenceEnvironment({ HOME: '/home/a' })).toEqual({
    HOME: '/home/a',
    ORT_DISABLE_TELEMETRY: '1',
    GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
  });
  const tunables = (own: string) => inferenceEnvironment({ GLIBC_TUNABLES: own })['GLIBC_TUNABLES'];
  expect(tunables('glibc.malloc.check=3')).toBe('glibc.malloc.check=3:glibc.malloc.hugetlb=1');
  expect(tunables('glibc.malloc.hugetlb=0')).toBe('glibc.malloc.hugetlb=0');
  // Once is enough, however many processes start one another.
  expect(tunables(tunables('') ?? '')).toBe('glibc.malloc.hugetlb=1');
});
