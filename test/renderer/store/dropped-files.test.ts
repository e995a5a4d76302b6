import { expect, test } from 'vitest';
import { sortedDrop } from '../../../renderer/store/dropped-files.ts';

test('annotation files are told from pictures by name and kind; what is neither is tried as a picture', () => {
  const files = [
    { name: 'a.JSON', type: 'application/json' },
    { name: 'b.png', type: 'image/png' },
    { name: 'photo.json', type: 'image/jpeg' },
    { name: 'labels.zip', type: 'application/zip' },
    { name: 'task.xml', type: '' },
    { name: 'coco.json.gz', type: 'application/gzip' },
    { name: 'notes.txt', type: 'text/plain' },
    { name: '', type: '' },
  ];
  const { images, annotations } = sortedDrop(files);
  expect(annotations.map(({ name }) => name)).toEqual(['a.JSON', 'labels.zip', 'task.xml', 'coco.json.gz']);
  expect(images.map(({ name }) => name)).toEqual(['b.png', 'photo.json', 'notes.txt', '']);
});
