import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aModelFolder } from '../helpers/a-model-folder.ts';
import { bundleForNode } from '../helpers/bundle-for-node.ts';
import { referenceCheckpoint } from '../helpers/reference-checkpoint.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { type CampaignFigures, runKillCampaign } from './kill-campaign.ts';

/** The suite keeps a short run; PIXELLM_KILLS=1000 is the campaign itself. */
const kills = Number(process.env['PIXELLM_KILLS'] ?? 6);
const seed = Number(process.env['PIXELLM_SEED'] ?? 7);
/** A long campaign is killed in as many data folders at once as there are cores: one that waits for a process to start leaves the others idle. */
const lanes = kills >= 100 ? availableParallelism() : 1;

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
  const conversion = {
    bundles: await bundleForNode('convert-for-the-app.ts', 'inference'),
    ...(await referenceCheckpoint()),
  };
  const found = await Promise.all(
    Array.from({ length: lanes }, (_, lane) =>
      runKillCampaign({
        script,
        conversion,
        folder: join(folder, `campaign-${lane}`),
        resources,
        kills: Math.ceil(kills / lanes),
        seed: seed + lane * 100_003,
        longestLifeMs: 1_500,
        onRound: (soFar) => {
          if (soFar.kills % 50 === 0) console.log(`lane ${lane}: ${JSON.stringify(soFar)}`);
        },
      }),
    ),
  );
  const { acknowledged, ...figures } = found.reduce(together);
  console.log(JSON.stringify({ ...figures, acknowledged }));
  expect(figures).toEqual({
    kills: lanes * (Math.ceil(kills / lanes) + 1),
    losses: [],
    broken: [],
    litter: [],
  });
  expect(acknowledged['edits']).toBeGreaterThan(kills);
  // Lives are cut at random: only a long run comes to the end of every kind of work.
  if (kills >= 100) {
    const kinds = ['image', 'project', 'deleted', 'exported', 'batches', 'answers', 'converted'];
    expect(Object.keys(acknowledged)).toEqual(expect.arrayContaining(kinds));
  }
});

function together(a: CampaignFigures, b: CampaignFigures): CampaignFigures {
  const acknowledged = { ...a.acknowledged };
  for (const [kind, count] of Object.entries(b.acknowledged))
    acknowledged[kind] = (acknowledged[kind] ?? 0) + count;
  return {
    kills: a.kills + b.kills,
    acknowledged,
    losses: [...a.losses, ...b.losses],
    broken: [...a.broken, ...b.broken],
    litter: [...a.litter, ...b.litter],
  };
}
