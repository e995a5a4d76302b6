import { createBackend } from '../../../electron/backend/create-backend.ts';
import { connectInside } from '../../../electron/hosts/cli/session.ts';

/** Opens the project in argv, starts or resumes its generation against the endpoint in argv, and prints how many items are done as it goes. */
const [folder = '', baseUrl = ''] = process.argv.slice(2);
const backend = await createBackend({
  door: 'cli',
  version: '0.0.0',
  dataFolder: `${folder}-data`,
  projectsFolder: `${folder}-projects`,
  resourcesFolder: `${folder}-resources`,
  bundlesFolder: `${folder}-bundles`,
  roots: null,
  grants: null,
  loadsModelAtStart: false,
  showOpenDialog: null,
  showSaveDialog: null,
  openExternal: null,
  startInferenceProcess: () => {
    throw new Error('No model is asked here.');
  },
});
const client = connectInside(backend);
await client.call('project.open', { folder });
const ended = new Promise<void>((resolve) => {
  client.on('jobs.changed', ({ state, done, failed }) => {
    process.stdout.write(`${done + failed}\n`);
    if (state === 'done' || state === 'stopped') resolve();
  });
});
const endpoint = { baseUrl, model: 'scripted', vision: false };
const [known] = await client.call('jobs.list', {});
if (known) await client.call('jobs.resume', { id: known.id });
else
  await client.call('muse.generate', {
    ...{ imageIds: null, endpoint, perImage: 3, concurrency: 3, timeoutMs: 300 },
  });
await ended;
client.close();
await backend.dispose();
