import { createBackend } from '../../../electron/backend/create-backend.ts';
import { connectInside } from '../../../electron/hosts/cli/session.ts';
import { aScriptedProcess, scriptedRoom } from '../scripted-model.ts';

/** Opens the project in argv, starts or resumes its batch of questions with a scripted model, and prints how many items are done as it goes. */
const [folder = '', resources = ''] = process.argv.slice(2);
const room = scriptedRoom({ answer: ({ question }) => `You asked ${question}, the thing {left}.` });
const backend = await createBackend({
  door: 'cli',
  version: '0.0.0',
  dataFolder: `${folder}-data`,
  projectsFolder: `${folder}-projects`,
  resourcesFolder: resources,
  bundlesFolder: `${folder}-bundles`,
  roots: null,
  grants: null,
  loadsModelAtStart: false,
  showOpenDialog: null,
  showSaveDialog: null,
  openExternal: null,
  startInferenceProcess: () => aScriptedProcess(room),
});
const client = connectInside(backend);
await client.call('project.open', { folder });
const ended = new Promise<void>((resolve) => {
  client.on('jobs.changed', ({ state, done }) => {
    process.stdout.write(`${done}\n`);
    if (state === 'done' || state === 'stopped') resolve();
  });
});
const [known] = await client.call('jobs.list', {});
if (known) await client.call('jobs.resume', { id: known.id });
else await client.call('chat.askMany', { imageIds: null, questions: ['What is here?'] });
await ended;
client.close();
await backend.dispose();
