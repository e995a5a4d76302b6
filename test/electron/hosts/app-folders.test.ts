import { expect, test } from 'vitest';
import { appFolders } from '../../../electron/hosts/app-folders.ts';

test('everything is found from the folder of the bundles', () => {
  const folders = appFolders('/opt/pixellm/dist/node', {
    PIXELLM_DATA: '/data',
    PIXELLM_PROJECTS: '/projects',
  });
  expect(folders).toEqual({
    root: '/opt/pixellm',
    resources: '/opt/pixellm',
    bundles: '/opt/pixellm/dist/node',
    renderer: '/opt/pixellm/dist/renderer',
    preload: '/opt/pixellm/dist/preload/preload.cjs',
    data: '/data',
    projects: '/projects',
  });
});

test('in the packaged app, what native code opens is looked for beside the archive', () => {
  const { root, resources } = appFolders('/opt/PixelLM/resources/app.asar/dist/node', {});
  expect([root, resources]).toEqual([
    '/opt/PixelLM/resources/app.asar',
    '/opt/PixelLM/resources/app.asar.unpacked',
  ]);
});

test('without settings of their own, data and projects go where the system keeps such things', () => {
  const { data, projects } = appFolders('/opt/pixellm/dist/node', {
    XDG_DATA_HOME: '/home/ada/.data',
    APPDATA: '/ada',
  });
  expect(data).toMatch(/pixellm-studio$|PixelLM Studio$/u);
  expect(projects).toMatch(/PixelLM Projects$/u);
});
