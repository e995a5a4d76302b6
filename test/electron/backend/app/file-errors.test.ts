import { expect, test } from 'vitest';
import { fileError, isNothingThere } from '../../../../electron/backend/app/file-errors.ts';

const failure = (code: string) => Object.assign(new Error(`${code}: no`), { code });

test.each([
  ['ENOENT', 'read', 'file-not-found'],
  ['ENOTDIR', 'write', 'file-not-found'],
  ['EACCES', 'read', 'file-not-readable'],
  ['EACCES', 'write', 'file-not-writable'],
  ['EROFS', 'write', 'file-not-writable'],
  ['EPERM', 'read', 'file-not-readable'],
  ['ENOSPC', 'write', 'disk-full'],
  ['EDQUOT', 'write', 'disk-full'],
  ['EISDIR', 'read', 'bad-input'],
  ['EIO', 'read', 'file-not-readable'],
  ['ENFILE', 'write', 'file-not-writable'],
] as const)('%s while one wants to %s is %s, and names the path', (code, purpose, wanted) => {
  expect(fileError(failure(code), '/some/place', purpose)).toMatchObject({
    code: wanted,
    message: expect.stringContaining('/some/place') as string,
    details: { path: '/some/place' },
  });
});

test('a folder that is missing is named where a file was to be written', () => {
  expect(fileError(failure('ENOENT'), '/some/place.json', 'write')).toMatchObject({
    message: '/some/place.json cannot be written: there is no folder /some to put place.json into.',
  });
});

test('why the system refuses a file is said in words, once, with its code', () => {
  expect(fileError(failure('EACCES'), '/some/place', 'read')).toMatchObject({
    message: '/some/place cannot be read: you have no right to it (EACCES).',
    details: { reason: 'EACCES: no' },
  });
});

test('only what the system is sure of is nothing', () => {
  const codes = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EACCES', 'EPERM', 'EIO', 'EMFILE'];
  expect(codes.filter((code) => isNothingThere(failure(code)))).toEqual(codes.slice(0, 4));
  expect(isNothingThere('text')).toBe(false);
});

test('what is no failure of a file stays what it is', () => {
  const others = [new Error('x'), failure('ESOMETHING'), new DOMException('Stopped', 'AbortError'), 'text'];
  expect(others.map((error) => fileError(error, '/x', 'read'))).toEqual(others);
});
