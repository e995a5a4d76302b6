/**
 * Types, lint, format and tests of native-models/training where Python has the tools (requirements-dev.txt); skipped with a word where it has not.
 * PIXELLM_PYTHON names another Python, a virtual environment's say.
 */
import { spawnSync } from 'node:child_process';

const python = process.env['PIXELLM_PYTHON'] ?? 'python3';
const room = 'native-models/training';
const tests = '../../test/native-models/training'; // from the room
const run = (words, stdio) =>
  spawnSync(python, words, { stdio, cwd: room, env: { ...process.env, OMP_NUM_THREADS: '1' } });

const tools = ['ruff', 'mypy', 'pytest', 'torch', 'cv2', 'sentencepiece', 'onnx', 'matplotlib', 'scipy'];
const present = run(['-c', tools.map((name) => `import ${name}`).join('\n')], 'ignore');
if (present.error !== undefined || present.status !== 0) {
  process.stdout.write(
    `Python of ${room} not checked: ${python} lacks its tools (pip install -r ${room}/requirements-dev.txt).\n`,
  );
  process.exit(0);
}
const steps = [
  ['-m', 'ruff', 'check', '--quiet', '--config', 'pyproject.toml', '.', tests],
  ['-m', 'ruff', 'format', '--quiet', '--check', '--config', 'pyproject.toml', '.', tests],
  ['-m', 'mypy', '--no-error-summary', '.', tests],
  ['-m', 'pytest', '-q', '-c', 'pyproject.toml', '--rootdir', '../..', '-p', 'no:cacheprovider', tests],
];
for (const words of steps) {
  const { status } = run(words, 'inherit');
  if (status !== 0) process.exit(status ?? 1);
}
