import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emptyDiff } from '../../../../electron/common/document/diff.ts';
import type { Entity } from '../../../../electron/common/document/records.ts';
import { ProjectStore } from '../../../../electron/backend/project/project-store.ts';
import { toldSnapshot } from '../../../../electron/backend/project/told-snapshot.ts';
import { aProject, reopened } from '../../../helpers/a-project.ts';
import {
  aCategory,
  aCategoryId,
  aTarget,
  aTargetId,
  anAnnotation,
  anAnnotationId,
  anImage,
  anImageId,
  everyKind,
} from '../../../helpers/records.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const code = (wanted: string) => expect.objectContaining({ code: wanted });
describe('what was accepted is there after a restart', () => {
  test('records of every kind, the revision, the name and the view', async () => {
    const store = await aProject(everyKind);
    store.rename('Cups');
    store.saveView({ imageId: 'image-1', zoom: 2 });
    const again = await reopened(store);
    expect(toldSnapshot(again)).toEqual({
      project: { ...store.info, name: 'Cups', revision: 1 },
      entities: everyKind,
      view: { imageId: 'image-1', zoom: 2 },
    });
  });

  test('changes and removals', async () => {
    const store = await aProject(everyKind);
    const [image, category, annotation, turn, target] = everyKind as [Entity, Entity, Entity, Entity, Entity];
    const renamed = anAnnotation({ name: 'mug', order: 5 });
    store.commit({ added: [], changed: [[annotation, renamed]], removed: [turn, target, category] });
    expect(toldSnapshot(await reopened(store)).entities).toEqual([image, renamed]);
  });

  test('logits, kept for the undo of a removed annotation and dropped when nothing can bring it back', async () => {
    const store = await aProject(everyKind);
    const logits = {
      targetId: aTargetId('target-1'),
      annotationId: anAnnotationId('annotation-1'),
      side: 2,
      placement: { side: 8, resizedWidth: 8, resizedHeight: 6 },
      halfFloats: Uint16Array.of(1, 2, 3, 65535),
    };
    store.commit({ ...emptyDiff, added: [anImage({ id: anImageId('other') })] }, { logits: [logits] });
    const withoutMask = aTarget({ annotationId: null });
    store.commit({ added: [], changed: [[everyKind[4]!, withoutMask]], removed: [everyKind[2]!] });
    const again = await reopened(store);
    expect(again.logitsOfTarget(logits.targetId)).toEqual(logits);
    expect(again.logitsOfAnnotation(logits.annotationId)).toEqual(logits);
    again.commit({ added: [], changed: [], removed: [everyKind[3]!, withoutMask] });
    expect((await reopened(again)).logitsOfTarget(logits.targetId)).toBeNull();
  });
});

describe('a change that is refused leaves the project as it was', () => {
  test.each<[string, string, Partial<{ added: Entity[]; changed: [Entity, Entity][]; removed: Entity[] }>]>([
    ['a stale record', 'conflict', { changed: [[aCategory({ name: 'bowl' }), aCategory({ name: 'mug' })]] }],
    ['an id that is taken', 'conflict', { added: [aCategory()] }],
    ['an empty name', 'invalid-change', { changed: [[aCategory(), aCategory({ name: '  ' })]] }],
    [
      'a missing image',
      'invalid-change',
      { added: [anAnnotation({ id: anAnnotationId('b'), imageId: anImageId('x') })] },
    ],
    [
      'a missing category',
      'invalid-change',
      { added: [anAnnotation({ id: anAnnotationId('b'), categoryId: aCategoryId('x') })] },
    ],
    [
      'a mask of another size',
      'mask-size-mismatch',
      { added: [anAnnotation({ id: anAnnotationId('b'), mask: { size: [4, 3], counts: '417' } })] },
    ],
    [
      'a mask that is no mask',
      'bad-rle',
      { added: [anAnnotation({ id: anAnnotationId('b'), mask: { size: [3, 4], counts: '41' } })] },
    ],
    [
      'a model mask that is no mask',
      'bad-rle',
      { added: [anAnnotation({ id: anAnnotationId('b'), modelMask: { size: [3, 4], counts: '~' } })] },
    ],
    ['a wrong area', 'invalid-change', { added: [anAnnotation({ id: anAnnotationId('b'), area: 2 })] }],
    [
      'a wrong box',
      'invalid-change',
      { added: [anAnnotation({ id: anAnnotationId('b'), bbox: [0, 0, 4, 3] })] },
    ],
    ['removing an image in use', 'invalid-change', { removed: [anImage()] }],
    ['removing a category in use', 'invalid-change', { removed: [aCategory()] }],
    ['a new size under masks', 'mask-size-mismatch', { changed: [[anImage(), anImage({ width: 9 })]] }],
  ])('%s: %s', async (_, wanted, change) => {
    const store = await aProject(everyKind);
    const before = toldSnapshot(store);
    expect(() => store.commit({ ...emptyDiff, ...change })).toThrow(code(wanted));
    expect(toldSnapshot(store)).toEqual(before);
    expect(toldSnapshot(await reopened(store))).toEqual(before);
  });
});

describe('a project that cannot be opened says why and is left as it was', () => {
  test('a folder without a project', async () => {
    await expect(ProjectStore.open(await temporaryFolder())).rejects.toEqual(code('project-not-found'));
  });

  test('a place that is taken', async () => {
    const folder = await temporaryFolder();
    await expect(ProjectStore.create(folder, 'x')).rejects.toEqual(code('project-exists'));
  });

  test('a project that is open elsewhere', async () => {
    const store = await aProject(everyKind);
    await expect(ProjectStore.open(store.folder)).rejects.toEqual(code('project-locked'));
    expect(store.commit({ ...emptyDiff, removed: [everyKind[4]!] })).toBe(2);
  });

  test.each<[string, (whole: Buffer) => Buffer]>([
    ['another kind of file', () => Buffer.from('not a database '.repeat(400))],
    ['an empty file', () => Buffer.alloc(0)],
    ['half a file', (whole) => whole.subarray(0, Math.floor(whole.length / 2 / 4096) * 4096)],
    [
      'pages overwritten',
      (whole) => Buffer.concat([whole.subarray(0, 4096), Buffer.alloc(whole.length - 4096, 7)]),
    ],
  ])('%s', async (_, damage) => {
    const store = await aProject(everyKind);
    await store.close();
    const file = join(store.folder, 'project.sqlite');
    const damaged = damage(await readFile(file));
    await writeFile(file, damaged);
    await expect(ProjectStore.open(store.folder)).rejects.toEqual(code('project-damaged'));
    expect((await readFile(file)).equals(damaged)).toBe(true);
  });

  test('a folder in the place of the database', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'project.sqlite'));
    await expect(ProjectStore.open(folder)).rejects.toEqual(code('project-not-found'));
    expect(await readdir(folder)).toEqual(['project.sqlite']);
  });
});
