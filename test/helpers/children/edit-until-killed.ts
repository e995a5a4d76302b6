import { createBackend } from '../../../electron/backend/create-backend.ts';
import type { EntityMap } from '../../../electron/common/document/diff.ts';
import { numberedEdit } from './numbered-edits.ts';
import { applyDiff } from '../apply-diff.ts';

/** Opens the project in argv and makes `count` edits through the real backend, printing each one's number once it was acknowledged. */
const [folder = '', count = '0'] = process.argv.slice(2);
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
    throw new Error('Nothing is asked here.');
  },
});
const context = { connection: 'crash-test', signal: new AbortController().signal };
const { project, entities } = await backend.handlers['project.open']({ folder }, context);
let document: EntityMap = new Map(entities.map((entity) => [entity.id, entity]));
for (let number = project.revision + 1; number <= project.revision + Number(count); number++) {
  const diff = numberedEdit(document, number);
  const request = { diff, label: `Edit ${number}`, window: 'crash-test', baseRevision: number - 1 };
  await backend.handlers['project.commit'](request, context);
  document = applyDiff(document, diff);
  process.stdout.write(`${number}\n`);
}
await backend.dispose();
