import { expect, test } from 'vitest';
import { namesApart } from '../../../../electron/backend/chat/names-apart.ts';
import type { ImageId, ImageRecord } from '../../../../electron/common/document/records.ts';
import { anImage } from '../../../helpers/records.ts';

test('images of one name are told apart by their folders, as few of them as do it', () => {
  const image = (id: string, name: string, fields: Partial<ImageRecord>): ImageRecord =>
    anImage({ id: id as ImageId, name, folders: '', ...fields });
  const linked = (path: string) => ({ source: { kind: 'linked' as const, path } });
  const images = [
    image('1', 'a.png', linked('/photos/cam1/night/a.png')),
    image('2', 'a.png', linked('/photos/cam2/night/a.png')),
    image('3', 'a.png', { folders: 'cam3/night', source: { kind: 'copied', file: 'x.png' } }),
    image('4', 'b.png', linked('C:\\photos\\day\\b.png')),
    image('5', 'b.png', linked('C:\\photos\\dusk\\b.png')),
    image('6', 'c.png', linked('/photos/cam1/night/c.png')),
    image('7', 'd.png', { source: { kind: 'copied', file: '1.png' } }),
    image('8', 'd.png', { source: { kind: 'copied', file: '2.png' } }),
  ];
  expect([...namesApart(images).values()].toSorted()).toEqual(
    [
      ...['cam1/night/a.png', 'cam2/night/a.png', 'cam3/night/a.png'],
      ...['day/b.png', 'dusk/b.png', 'c.png', 'd.png', 'd.png'],
    ].toSorted(),
  );
});
