import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bundleForNode } from '../../helpers/bundle-for-node.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const bundles = join(root, 'dist', 'node');
const model = join(root, 'native-models', 'bundled', 'pixellm-drawn-scenes');

/** The runtime's telemetry waits some eight seconds before it looks for its host. */
const longEnoughMs = 11_000;

/** Whether system calls can be watched here: strace is there and the system lets it. */
const canTrace =
  process.platform === 'linux' && spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;

interface Trace {
  /** What it printed. */
  readonly out: string;
  /** System calls that speak to the network or look up a name, one a line. */
  readonly network: readonly string[];
  /** Everything it left in its home folder, and logs of the telemetry in the temporary folder. */
  readonly left: readonly string[];
}

/** Runs a command with an empty home folder; every attempt to reach anything is seen and refused, so that nothing leaves this machine. */
async function traced(words: readonly string[], environment: NodeJS.ProcessEnv): Promise<Trace> {
  const home = await temporaryFolder();
  const log = join(await temporaryFolder(), 'calls');
  const watched = 'trace=socket,connect,sendto,sendmmsg,openat';
  const refused = 'inject=connect,sendto,sendmmsg:error=ENETUNREACH';
  const child = spawn('strace', ['-f', '-qq', '-e', watched, '-e', refused, '-o', log, ...words], {
    env: { ...environment, HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  await once(child, 'close');
  const calls = (await readFile(log, 'latin1')).split('\n');
  return {
    out,
    network: calls.filter((call) => /AF_INET|resolv\.conf|nscd/u.test(call)),
    left: [
      ...(await readdir(home, { recursive: true })),
      ...calls.filter((call) => call.includes('mat-debug') && call.includes('O_CREAT')),
    ],
  };
}

test.skipIf(!canTrace)(
  'loading a model resolves no name, opens no connection and leaves nothing in the home folder, where the bare runtime does all of it',
  async () => {
    if (!existsSync(bundles)) throw new Error('The app is not built: run "npm run build" first.');
    const script = join(await bundleForNode('load-and-stay.ts', 'load-and-stay'), 'load-and-stay.js');
    // The bare runtime keeps quiet where CI is set, too: then nothing would be seen of what is looked for.
    const { ORT_DISABLE_TELEMETRY: _quiet, CI: _ci, ...environment } = process.env;
    const bare = `
      const { InferenceSession } = require('onnxruntime-node');
      InferenceSession.create(${JSON.stringify(join(model, 'masks.onnx'))}).then(() => {
        console.log('loaded');
        setTimeout(() => process.exit(0), ${longEnoughMs});
      });`;
    const [ours, theirs] = await Promise.all([
      traced([process.execPath, script, bundles, model, String(longEnoughMs)], environment),
      traced([process.execPath, '-e', bare], environment),
    ]);
    expect(ours).toEqual({ out: 'result\n', network: [], left: [] });
    // The same eyes see the bare runtime at it, so that seeing nothing above means something.
    expect(theirs.out).toBe('loaded\n');
    expect(theirs.network.join('\n')).toContain('resolv.conf');
    expect(theirs.left.join('\n')).toContain('DeveloperTools');
    expect(theirs.left.join('\n')).toContain('mat-debug');
  },
);
