import { describe, expect, test } from 'vitest';
import {
  allowedArrows,
  betweenRooms,
  circlesOf,
  faultOf,
  importsOf,
  roomOf,
  straysOf,
} from './import-rules.ts';
import { owners, rooms } from './rooms.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

describe('the rows', () => {
  test.each([
    ['renderer/app.tsx', 'node:fs'],
    ['renderer/app.tsx', 'electron/backend/backend.ts'],
    ['electron/backend/x.ts', 'electron'],
    ['native-models/onnx/x.ts', 'native-models/pixellm/y.ts'],
    ['electron/common/x.ts', 'node:path'],
    ['electron/backend/x.ts', 'native-models/runtime/sampler.ts'],
    ['renderer/ui/dialog.tsx', 'renderer/store/dialogs.ts'],
    ['renderer/store/view.ts', 'renderer/picture/camera.ts'],
    ['renderer/picture/paint-masks.ts', 'renderer/tools/tool.ts'],
    ['renderer/picture/paint-masks.ts', 'react'],
    ['renderer/tools/tool.ts', 'renderer/canvas/canvas-scene.ts'],
    ['renderer/canvas/start-canvas.ts', 'renderer/actions/keys.ts'],
    ['renderer/actions/keys.ts', 'renderer/chat/composer.tsx'],
    ['renderer/chat/turn.tsx', 'renderer/panels/top-bar.tsx'],
    ['renderer/panels/top-bar.tsx', 'renderer/main.tsx'],
    ['electron/backend/project/x.ts', 'electron/backend/images/pictures.ts'],
    ['electron/backend/chat/x.ts', 'electron/backend/formats/format.ts'],
    ['electron/backend/app/x.ts', 'electron/backend/create-backend.ts'],
    ['renderer/panels/x.tsx', 'zod'],
  ])('%s may not import %s', (from, to) => {
    expect(faultOf(rooms, { from, to })).toContain('may not import');
  });

  test.each([
    ['renderer/tools/brush-tool.ts', 'renderer/picture/camera.ts'],
    ['renderer/panels/dialogs/x.tsx', 'renderer/panels/status/y.tsx'],
    ['electron/backend/create-backend.ts', 'electron/backend/chat/ask.ts'],
  ])('%s may import %s', (from, to) => {
    expect(faultOf(rooms, { from, to })).toBeNull();
  });

  test('a file in a folder without a row stops the check', () => {
    expect(() => roomOf(rooms, 'elsewhere/x.ts')).toThrow('lies in no room');
  });

  test.each(['renderer/new', 'electron/backend/new', 'native-models/new'])(
    'a new folder %s does not live under the row of the roof above it',
    (folder) => {
      const wanted = { from: `${folder}/x.ts`, to: 'native-models/names.ts' };
      expect(faultOf(rooms, wanted)).toBe(`${folder} has no row of its own`);
    },
  );
});

describe('circles', () => {
  test('are found within a room, between rooms, and in what the rows allow', () => {
    const within = [
      { from: 'renderer/store/a.ts', to: 'renderer/store/b.ts' },
      { from: 'renderer/store/b.ts', to: 'renderer/store/c.ts' },
      { from: 'renderer/store/c.ts', to: 'renderer/store/a.ts' },
      { from: 'renderer/store/c.ts', to: 'renderer/store/d.ts' },
    ];
    expect(circlesOf(within)).toEqual([
      ['renderer/store/a.ts', 'renderer/store/b.ts', 'renderer/store/c.ts'],
    ]);
    // No file leads back to itself here, and yet the two rooms need each other.
    const between = [
      { from: 'renderer/canvas/a.ts', to: 'renderer/tools/b.ts' },
      { from: 'renderer/tools/c.ts', to: 'renderer/canvas/d.ts' },
    ];
    expect(circlesOf(between)).toEqual([]);
    expect(circlesOf(betweenRooms(rooms, between))).toEqual([['renderer/canvas', 'renderer/tools']]);
    const nothing = { packages: [], node: false };
    const mutual = { a: { may: ['b'], ...nothing }, b: { may: ['a'], ...nothing } };
    expect(circlesOf(allowedArrows(mutual))).toEqual([['a', 'b']]);
  });

  test('two that share a file are one; a line and a diamond are none', () => {
    const pair = (from: string, to: string): { from: string; to: string } => ({ from, to });
    expect(circlesOf([pair('a', 'b'), pair('b', 'a'), pair('b', 'c'), pair('c', 'b')])).toEqual([
      ['a', 'b', 'c'],
    ]);
    expect(circlesOf([pair('a', 'b'), pair('a', 'c'), pair('b', 'd'), pair('c', 'd')])).toEqual([]);
  });

  test('of types alone are seen: a type import is read like any other', async () => {
    const root = await temporaryFolder();
    writeFileSync(join(root, 'a.ts'), "import type { B } from './b.ts';\nexport interface A { b: B }\n");
    writeFileSync(
      join(root, 'b.ts'),
      "export type B = import('./a.ts').A;\nexport * from './c.ts';\nimport './d.css';\n",
    );
    const imports = ['a.ts', 'b.ts'].flatMap((file) => importsOf(root, file));
    expect(imports.map(({ to }) => to).toSorted()).toEqual(['a.ts', 'b.ts', 'c.ts', 'd.css']);
    expect(circlesOf(imports)).toEqual([['a.ts', 'b.ts']]);
  });
});

test('a raw thing taken past its owner is named', () => {
  const strays = straysOf(owners, [
    { from: 'renderer/picture/x.ts', to: 'konva' },
    { from: 'renderer/panels/x.tsx', to: 'renderer/store/client.ts' },
    { from: 'renderer/store/edit.ts', to: 'renderer/store/client.ts' },
    { from: 'electron/backend/images/a.ts', to: 'sharp' },
    { from: 'electron/backend/images/b.ts', to: 'sharp' },
  ]);
  expect(strays).toEqual([
    "renderer/picture/x.ts imports konva, which is renderer/canvas/konva-stage.ts's",
    "renderer/panels/x.tsx imports renderer/store/client.ts, which is renderer/store's",
    'sharp is imported by electron/backend/images/a.ts and electron/backend/images/b.ts',
  ]);
});
