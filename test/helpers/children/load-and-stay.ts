import { forkInference } from '../../../electron/hosts/fork-inference.ts';

/** Loads a model in the app's own inference process as the app does, and stays for a while: bundles folder, model folder, milliseconds. */
const [bundles = '', folder = '', stayMs = '0'] = process.argv.slice(2);
const inference = forkInference(bundles)();
inference.onExit(({ code, signal }) => process.exit(signal === 'SIGKILL' ? 0 : (code ?? 1)));
inference.onMessage((message) => {
  const { type } = message as { readonly type: string };
  if (type === 'event') return;
  console.log(type);
  setTimeout(() => inference.kill(), Number(stayMs));
});
const remembered = { choices: null, remeasure: false };
inference.send({ type: 'load', id: 1, folder, provider: 'cpu', threads: 1, ...remembered });
