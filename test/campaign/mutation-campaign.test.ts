import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { referenceCheckpoint } from '../helpers/reference-checkpoint.ts';
import { serveApp } from '../helpers/served-app.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

import { checkpointAttack, datasetAttack, modelAttack, pictureAttack } from './file-attacks.ts';
import { frameAttack } from './frame-attack.ts';
import { runMutationCampaign } from './mutation-campaign.ts';

/** The suite keeps a short run; PIXELLM_INPUTS=10000 is the campaign itself. */
const inputs = Number(process.env['PIXELLM_INPUTS'] ?? 60);
const seed = Number(process.env['PIXELLM_SEED'] ?? 7);
const cli = fileURLToPath(new URL('../../dist/node/cli.js', import.meta.url));
const bundled = fileURLToPath(new URL('../../native-models/bundled/pixellm-drawn-scenes', import.meta.url));

test(`${inputs} damaged pictures, COCO and MUSE files, models, checkpoints and frames: the server lives, answers and hides nothing`, {
  timeout: 120_000 + inputs * 5_000,
}, async () => {
  const server = await serveApp(cli, await temporaryFolder());
  onTestFinished(() => server.stop());
  const part = (share: number): number => Math.max(1, Math.round(inputs * share));
  const figures = await runMutationCampaign({
    server,
    attacks: [
      [await frameAttack(server), part(0.3)],
      [await pictureAttack(server), part(0.3)],
      [await datasetAttack(server, 'coco'), part(0.15)],
      [await datasetAttack(server, 'muse'), part(0.15)],
      [await modelAttack(server, bundled), part(0.05)],
      [await checkpointAttack(server, await referenceCheckpoint()), part(0.05)],
    ],
    seed,
    // A short run meets a machine that is busy with other tests; what hangs does so for ever.
    patienceMs: inputs < 1_000 ? 60_000 : 5_000,
  });
  console.log(JSON.stringify(figures));
  expect(figures).toMatchObject({ ends: [], hangs: [], silent: [], faults: [] });
  expect(figures.taken).toBeGreaterThan(0);
  expect(figures.refused).toBeGreaterThan(0);
});
