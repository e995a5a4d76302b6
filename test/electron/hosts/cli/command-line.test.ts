import { expect, test } from 'vitest';
import { AppError } from '../../../../electron/common/errors.ts';
import { commands } from '../../../../electron/hosts/cli/commands.ts';
import { runPixellm } from '../../../helpers/run-pixellm.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';
import { aTestBackend } from '../../../helpers/test-backend.ts';

const recent = [
  {
    name: 'Cups',
    folder: '/photos/cups',
    openedAt: '2026-11-22T10:00:00Z',
    images: 3,
    done: 0,
    targets: 0,
    toReview: 0,
    exists: true,
  },
  {
    name: 'Old',
    folder: '/gone',
    openedAt: '2026-10-01T10:00:00Z',
    images: 1,
    done: 0,
    targets: 0,
    toReview: 0,
    exists: false,
  },
];

test('the help lists every command, and each command helps with itself', async () => {
  const surroundings = { backend: aTestBackend(), folder: await temporaryFolder() };
  const overview = await runPixellm(['--help'], surroundings);
  expect(overview.code).toBe(0);
  for (const command of commands) {
    expect(overview.out).toContain(`pixellm ${command.name}`);
    const help = await runPixellm([...command.name.split(' '), '--help'], surroundings);
    expect(help.code).toBe(0);
    expect(help.out).toContain(command.summary);
    for (const option of Object.keys(command.options)) expect(help.out).toContain(`--${option}`);
  }
});

test('without a command the help comes with the exit code of a wrong command line', async () => {
  const { code, out } = await runPixellm([], { backend: aTestBackend(), folder: await temporaryFolder() });
  expect([code, out]).toEqual([2, expect.stringContaining('pixellm ask')]);
});

test('--version says the version', async () => {
  const surroundings = { backend: aTestBackend(), folder: await temporaryFolder() };
  expect(await runPixellm(['--version'], surroundings)).toMatchObject({ code: 0, out: '1.2.3\n' });
});

test.each([
  [['frobnicate'], /no command "frobnicate"/u],
  [['model'], /"pixellm model list", "pixellm model card", "pixellm model verify"/u],
  [['project', 'list', '--wat'], /--wat/u],
  [['project', 'list', 'extra'], /What is "extra" for/u],
  [['ask', 'only-one-word'], /needs IMAGE\.\.\. "QUESTION"/u],
  [['ask', 'a.jpg', '   '], /question is empty/u],
  [['ask', 'a.jpg', 'What?', '--threshold', 'much'], /--threshold wants a number/u],
  [['serve', '--port', '70000'], /--port wants a whole number from 0 to 65535/u],
  [['serve', '--port', '80.5'], /--port wants a whole number/u],
  [['serve', '--port'], /port/u],
  [['convert', 'checkpoint'], /needs --vision DIR and --out DIR/u],
  [
    ['convert', 'c', '--vision', 'v', '--out', 'o', '--precision', 'int2'],
    /one of fp32, fp16, int8, int4, not "int2"/u,
  ],
  [['export', 'p'], /needs PROJECT and --out PATH/u],
  [['export', 'p', '--out', 'o', '--option', 'novalue'], /--option wants NAME=VALUE, not "novalue"/u],
])('a wrong command line is refused with what is wrong: %j', async (words, sentence) => {
  const { code, out, err } = await runPixellm(words, {
    backend: aTestBackend(),
    folder: await temporaryFolder(),
  });
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(sentence);
  expect(err).toContain('See "pixellm --help".');
});

test('a list is text for people, and one JSON value with --json', async () => {
  const backend = aTestBackend({ 'project.recent': async () => recent });
  const folder = await temporaryFolder();
  const asText = await runPixellm(['project', 'list'], { backend, folder });
  expect(asText).toEqual({
    code: 0,
    err: '',
    out: 'Cups  (3 images, opened 2026-11-22)\n  /photos/cups\nOld  (gone, opened 2026-10-01)\n  /gone\n',
  });
  const asJson = await runPixellm(['project', 'list', '--json'], { backend, folder });
  expect(JSON.parse(asJson.out)).toEqual(recent);
  expect(backend.disposals).toBe(2);
});

test('an expected failure is its own sentence, exit code 1, and the backend is disposed of', async () => {
  const backend = aTestBackend({
    async 'project.open'() {
      throw new AppError('project-newer', 'This project was made by a newer version.', { version: 9 });
    },
  });
  const folder = await temporaryFolder();
  expect(await runPixellm(['project', 'info', 'x'], { backend, folder })).toEqual({
    code: 1,
    out: '',
    err: 'This project was made by a newer version.\n',
  });
  const { out } = await runPixellm(['project', 'info', 'x', '--json'], { backend, folder });
  expect(JSON.parse(out)).toEqual({
    error: {
      code: 'project-newer',
      message: 'This project was made by a newer version.',
      details: { version: 9 },
    },
  });
  expect(backend.disposals).toBe(2);
});

test('where there is no project, the way to one is said', async () => {
  const backend = aTestBackend({
    async 'project.open'() {
      throw new AppError('project-not-found', 'There is no project in /x.');
    },
  });
  const folder = await temporaryFolder();
  const { code, err } = await runPixellm(['project', 'info', '/x'], { backend, folder });
  expect([code, err]).toEqual([1, expect.stringContaining('"pixellm project create NAME" makes one')]);
});

test('a bug of the app is told apart from a fault of the input', async () => {
  const broken = async (): Promise<never> => {
    throw new TypeError('x is undefined');
  };
  const { code, err } = await runPixellm(['model', 'list'], {
    backend: broken,
    folder: await temporaryFolder(),
  });
  expect([code, err]).toEqual([70, expect.stringMatching(/This is a bug.*x is undefined/su)]);
});

test('Ctrl-C cancels what runs, tidies up, and exits with 130', async () => {
  const interruption = new AbortController();
  const seen: string[] = [];
  const backend = aTestBackend({
    async *'models.verify'(_input, { signal }) {
      yield { type: 'progress', stage: 'decoder.data', done: 1, total: 10 };
      interruption.abort();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      seen.push('handler stopped');
    },
  });
  const { code, err } = await runPixellm(['model', 'verify', 'm'], {
    backend,
    folder: await temporaryFolder(),
    signal: interruption.signal,
  });
  expect([code, err, seen, backend.disposals]).toEqual([
    130,
    'Interrupted. Nothing that was finished is lost.\n',
    ['handler stopped'],
    1,
  ]);
});

test('a model that is not whole is exit code 3, with the list', async () => {
  const backend = aTestBackend({
    async *'models.verify'({ folder }) {
      yield { type: 'done', ok: false, problems: [`${folder}/decoder.data is missing`] };
    },
  });
  const folder = await temporaryFolder();
  expect(await runPixellm(['model', 'verify', 'm'], { backend, folder })).toEqual({
    code: 3,
    err: '',
    out: `- ${folder}/m/decoder.data is missing\nThe model is not whole.\n`,
  });
});

test('an export says what it wrote and, on stderr, what it could not carry', async () => {
  const project = { id: 'p', name: 'Cups', folder: '/cups', revision: 1, createdAt: '2026-11-22T10:00:00Z' };
  const asked: unknown[] = [];
  const backend = aTestBackend({
    'project.open': async () => ({ project, entities: [], view: {} }),
    async *'formats.export'(input) {
      asked.push(input);
      yield { type: 'progress', stage: 'Writing', done: 1, total: 2 };
      yield {
        type: 'done',
        files: [input.path ?? ''],
        download: null,
        images: 1,
        annotations: 2,
        categories: 1,
        losses: [{ what: 'colours', count: 2, examples: ['cup'] }],
        verified: true,
      };
    },
  });
  const folder = await temporaryFolder();
  const words = ['export', 'cups', '--out', 'coco.json', '--option', 'segmentation=polygon'];
  expect(await runPixellm(words, { backend, folder })).toEqual({
    code: 0,
    out: `Wrote 1 image, 2 masks, 1 category, read back and checked:\n  ${folder}/coco.json\n`,
    err: 'Not carried, 2 times: colours (for example cup)\n',
  });
  expect(asked).toEqual([
    {
      format: 'coco',
      imageIds: null,
      options: { segmentation: 'polygon' },
      path: `${folder}/coco.json`,
      replace: false,
    },
  ]);
});
