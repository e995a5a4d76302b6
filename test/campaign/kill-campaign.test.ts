import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aModelFolder } from '../helpers/a-model-folder.ts';
import { bundleForNode } from '../helpers/bundle-for-node.ts';
import { referenceCheckpoint } from '../helpers/reference-checkpoint.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { runKillCampaign } from './kill-campaign.ts';

/** The suite keeps a short run; PIXELLM_KILLS=1000 is the campaign itself. */
const kills = Number(process.env['PIXELLM_KILLS'] ?? 6);
const seed = Number(process.env['PIXELLM_SEED'] ?? 7);

test(`killed ${kills} times in the middle of everything: nothing acknowledged is lost, nothing is broken, nothing lies about`, {
  timeout: 120_000 + kills * 10_000,
}, async () => {
  const folder = await temporaryFolder();
  const resources = join(folder, 'resources');
  await aModelFolder(join(resources, 'native-models', 'bundled', 'tiny'));
  await mkdir(join(resources, 'assets', 'samples'), { recursive: true });
  await writeFile(join(resources, 'assets', 'samples', 'samples.json'), '[]');
  const script = join(
    await bundleForNode('work-until-killed.ts', 'work-until-killed'),
    'work-until-killed.js',
  );
  const { acknowledged, ...figures } = await runKillCampaign({
    script,
    conversion: {
      bundles: await bundleForNode('convert-for-the-app.ts', 'inference'),
      ...(await referenceCheckpoint()),
    },
    folder: join(folder, 'campaign'),
    resources,
    kills,
    seed,
    longestLifeMs: 1_500,
    onRound: (soFar) => {
      if (soFar.kills % 50 === 0) console.log(JSON.stringify(soFar));
    },
  });
  console.log(JSON.stringify({ ...figures, acknowledged }));
  expect(figures).toEqual({ kills: kills + 1, losses: [], broken: [], litter: [] });
  expect(acknowledged['edits']).toBeGreaterThan(kills);
  // Lives are cut at random: only a long run comes to the end of every kind of work.
  if (kills >= 100) {
    const kinds = ['image', 'project', 'deleted', 'exported', 'batches', 'answers', 'converted'];
    expect(Object.keys(acknowledged)).toEqual(expect.arrayContaining(kinds));
  }
});
