import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  conversionOf,
  copyOf,
  mutateFolder,
  numbersOf,
  verdictOn,
  type Outcome,
} from '../../helpers/mutated-models.ts';
import { referenceCheckpointCopy } from '../../helpers/reference-checkpoint.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

/**
 * Damage is refused in a sentence, or changes nothing. The long run: PIXELLM_MUTATIONS=2000 npx vitest run ... mutated.test.ts
 * (figures in native-models/convert/README.md).
 */
const count = Number(process.env['PIXELLM_MUTATIONS'] ?? 40);
const seed = Number(process.env['PIXELLM_SEED'] ?? 10);
const formats = fileURLToPath(new URL('../../fixtures/reference-a/formats', import.meta.url));
const bundled = fileURLToPath(
  new URL('../../../native-models/bundled/pixellm-drawn-scenes', import.meta.url),
);
const longRun = 3_600_000;

function expectSound(outcomes: readonly Outcome[]): void {
  const ended = (ending: Outcome['ending']): Outcome[] =>
    outcomes.filter((outcome) => outcome.ending === ending);
  const figures = (['refused', 'read', 'broke'] as const).map(
    (ending) => `${ended(ending).length} ${ending}`,
  );
  const slowest = Math.max(...outcomes.map(({ milliseconds }) => milliseconds));
  if (count > 100)
    console.log(`${outcomes.length}: ${figures.join(', ')}; slowest ${Math.round(slowest)} ms`);
  expect(ended('broke')).toEqual([]);
  expect(outcomes.filter(({ isHonest }) => !isHonest)).toEqual([]);
  expect(outcomes.filter(({ milliseconds }) => milliseconds > 5_000)).toEqual([]);
}

// The formats that carry a checksum: what is read is what was written, or nothing is.
test('a damaged zip checkpoint is refused, or its numbers are those that were written', {
  timeout: longRun,
}, async () => {
  const folder = await copyOf(join(formats, 'bin'), join(await temporaryFolder(), 'checkpoint'));
  expectSound(await mutateFolder({ folder, seed, count, look: numbersOf }));
});

// No checksum: other numbers cannot be told from the right ones, but nothing may break or take long.
test.each(['bin_legacy', 'safetensors'])(
  'a damaged checkpoint of the format %s breaks nothing',
  { timeout: longRun },
  async (format) => {
    const folder = await copyOf(join(formats, format), join(await temporaryFolder(), 'checkpoint'));
    const outcomes = await mutateFolder({ folder, seed, count, look: numbersOf });
    expectSound(outcomes.map((outcome) => ({ ...outcome, isHonest: true })));
  },
);

test('a damaged checkpoint converts to the same model, or to none', { timeout: longRun }, async () => {
  const root = await temporaryFolder();
  const { model, vision } = await referenceCheckpointCopy(join(root, 'source'));
  const look = () => conversionOf({ model, vision });
  const outcomes = await mutateFolder({ folder: model, seed, count: Math.ceil(count / 4), look });
  // config.json, its kin and the tokenizer carry no checksum: what they say there is taken as said.
  const said = /\.json$|^tokenizer\.model$/u;
  expectSound(
    outcomes.map((outcome) => ({ ...outcome, isHonest: outcome.isHonest || said.test(outcome.file) })),
  );
  expect(await readdir(dirname(model))).toEqual(['model', 'openai']);
});

test('damage to a model is noticed when it is verified', { timeout: longRun }, async () => {
  const folder = await copyOf(bundled, join(await temporaryFolder(), 'model'));
  const outcomes = await mutateFolder({ folder, seed, count, look: verdictOn });
  const unlisted = /^(?:README\.md|model-card\.json|manifest\.json|config\.json)$/u;
  expectSound(
    outcomes.map((outcome) => ({
      ...outcome,
      isHonest: outcome.isHonest || outcome.message.startsWith('noticed') || unlisted.test(outcome.file),
    })),
  );
});
