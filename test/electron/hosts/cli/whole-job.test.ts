import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Backend } from '../../../../electron/backend/backend.ts';
import { createBackend } from '../../../../electron/backend/create-backend.ts';
import type { Host } from '../../../../electron/backend/host.ts';
import { aModelFolder } from '../../../helpers/a-model-folder.ts';
import { aPng } from '../../../helpers/pictures-on-disk.ts';
import { runPixellm } from '../../../helpers/run-pixellm.ts';
import { type Script, aScriptedProcess, scriptedRoom } from '../../../helpers/scripted-model.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

const size = { width: 40, height: 30 };

/** A folder with two pictures and a model, and what starts the real backend on it with a scripted model. */
async function aWorkplace(script: Partial<Script> = {}): Promise<{
  readonly folder: string;
  readonly backend: (host: Host) => Promise<Backend>;
}> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'projects'));
  await aModelFolder(join(folder, 'native-models', 'bundled', 'tiny'), { name: 'Tiny', vocabulary: ['cup'] });
  await writeFile(join(folder, 'cup.png'), aPng(size));
  await writeFile(join(folder, 'cat.png'), aPng(size, 7));
  await writeFile(join(folder, 'notes.png'), 'no picture at all');
  const room = scriptedRoom({ answer: () => 'The cup {left} and the dish {right}.', ...script });
  return {
    folder,
    backend: (host) => createBackend({ ...host, startInferenceProcess: () => aScriptedProcess(room) }),
  };
}

test('a question from the command line: answer, COCO file and pictures, and no trace left behind', async () => {
  const place = await aWorkplace();
  vi.stubEnv('TMPDIR', place.folder); // other tests use the system's own at the same time
  onTestFinished(() => void vi.unstubAllEnvs());
  const words = [
    'ask',
    'cup.png',
    'What is here?',
    '--export',
    'coco.json',
    '--overlay',
    'seen.png',
    '--masks',
    'masks',
  ];
  const { code, out } = await runPixellm(words, place);
  expect(code).toBe(0);
  expect(out).toContain('The cup');
  expect(out).toContain('px, score');
  const coco = JSON.parse(await readFile(join(place.folder, 'coco.json'), 'utf8')) as {
    images: { file_name: string }[];
    annotations: { area: number; bbox: number[] }[];
  };
  expect(coco.images.map((image) => image.file_name)).toEqual(['cup.png']);
  expect(coco.annotations).toMatchObject([
    { area: 600, bbox: [0, 0, 20, 30] },
    { area: 600, bbox: [20, 0, 20, 30] },
  ]);
  expect((await readFile(join(place.folder, 'seen.png'))).subarray(1, 4).toString()).toBe('PNG');
  expect((await readdir(join(place.folder, 'masks'))).length).toBeGreaterThanOrEqual(2);
  expect((await readdir(place.folder)).filter((name) => name.startsWith('pixellm-ask-'))).toEqual([]);
  expect((await runPixellm(['project', 'list', '--json'], place)).out).toBe('[]\n');
});

test('several images are each asked, one that is no picture is said', async () => {
  const place = await aWorkplace();
  const { code, out, err } = await runPixellm(
    ['ask', 'cup.png', 'notes.png', 'cat.png', 'What?', '--json'],
    place,
  );
  expect(code).toBe(3);
  const result = JSON.parse(out) as {
    answers: { image: string; targets: unknown[] }[];
    failed: { name: string }[];
  };
  expect(result.answers.map(({ image, targets }) => [image, targets.length])).toEqual([
    ['cup.png', 2],
    ['cat.png', 2],
  ]);
  expect([result.failed.length, err]).toEqual([1, expect.stringContaining('notes.png')]);
});

test('Ctrl-C in the middle of an answer ends with 130 and leaves no trace', async () => {
  const interruption = new AbortController();
  const place = await aWorkplace({
    async beforeAnswer(_request, signal) {
      interruption.abort();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  });
  const { code, err } = await runPixellm(['ask', 'cup.png', 'What?'], {
    ...place,
    signal: interruption.signal,
  });
  expect([code, err]).toEqual([130, expect.stringContaining('Interrupted.')]);
  expect((await runPixellm(['project', 'list', '--json'], place)).out).toBe('[]\n');
});

test('a project through its life: create, add, ask, export, import into another, info', async () => {
  const place = await aWorkplace();
  const run = async (...words: string[]): Promise<string> => {
    const { code, out, err } = await runPixellm(words, place);
    expect({ words, code, err: code === 0 ? '' : err }).toEqual({ words, code: 0, err: '' });
    return out;
  };
  await run('project', 'create', 'Kitchen');
  const kitchen = join('projects', 'Kitchen');
  expect(await run('project', 'add', kitchen, 'cup.png', 'cat.png')).toBe('Added 2 images.\n');
  expect(await run('project', 'add', kitchen, 'cup.png')).toBe('Added 0 images, 1 were there already.\n');
  await run('ask', 'cup.png', 'What is here?', '--project', kitchen);
  expect(await run('project', 'info', kitchen)).toMatch(
    /2 images, 2 masks, \d+ categor(?:y|ies), 1 question, revision \d+/u,
  );

  expect(await run('export', kitchen, '--out', 'kitchen.json')).toMatch(
    /Wrote 2 images, 2 masks, .*read back and checked/u,
  );
  await run('project', 'create', 'Copy', '--in', 'projects');
  const apart = join('.', 'elsewhere', 'Kept');
  expect(await run('project', 'create', `./${apart}`)).toContain(`Made "Kept": ${join(place.folder, apart)}`);
  await run('project', 'add', join('projects', 'Copy'), 'cup.png', 'cat.png');
  expect(await run('import', join('projects', 'Copy'), 'kitchen.json')).toMatch(
    /Read 2 masks on \d images?/u,
  );
  expect(await run('project', 'info', join('projects', 'Copy'))).toContain('2 images, 2 masks');
  expect(JSON.parse(await run('project', 'list', '--json'))).toHaveLength(3);
  // A set that brings its pictures, into a project that has none.
  await run('export', kitchen, '--format', 'coco-set', '--out', 'set');
  await run('project', 'create', 'Fresh', '--in', 'projects');
  const fresh = join('projects', 'Fresh');
  expect(await runPixellm(['import', fresh, 'set'], place)).toMatchObject({
    code: 3,
    out: expect.stringContaining('Nothing was imported.') as string,
    err: expect.stringContaining('2 pictures of it can be added: --pictures does that.') as string,
  });
  expect(await run('import', fresh, 'set', '--pictures')).toMatch(
    /Added 2 images\.\nRead 2 masks on 1 image/u,
  );
  expect(await run('project', 'info', fresh)).toContain('2 images, 2 masks');
});

test('models are listed with their state, and a card is read from any folder', async () => {
  const place = await aWorkplace();
  await aModelFolder(join(place.folder, 'elsewhere'), { name: 'Elsewhere' });
  expect((await runPixellm(['model', 'list'], place)).out).toMatch(/^Tiny {2}\(fp32, 7 B, bundled\)/u);
  expect((await runPixellm(['model', 'card'], place)).out).toBe('# A tiny model\n');
  expect((await runPixellm(['model', 'card', 'elsewhere'], place)).out).toBe('# A tiny model\n');
  const nothing = await runPixellm(['model', 'card', 'nowhere'], place);
  expect([nothing.code, nothing.err.length > 20]).toEqual([1, true]);
});

test.each([
  [['project', 'info', 'nowhere'], /nowhere/u],
  [['export', 'nowhere', '--out', 'x.json'], /nowhere/u],
  [['import', 'nowhere', 'x.json'], /nowhere/u],
  [['model', 'verify', 'nowhere'], /./u],
  [['ask', 'missing.png', 'What?'], /missing\.png/u],
])('what is not there is one sentence and exit code 1: %j', async (words, sentence) => {
  const { code, out, err } = await runPixellm(words, await aWorkplace());
  expect([words, code === 1 || code === 3, out === '' || code === 3]).toEqual([words, true, true]);
  expect(err + out).toMatch(sentence);
  expect(err).not.toContain('This is a bug');
});
