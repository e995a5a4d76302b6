import type { ModelManifest } from '../../../native-models/convert.ts';

const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;

/** The card of a model that has none of its own: where it came from, how it is stored and what that lost, as its manifest has it. */
export function manifestCard(manifest: ModelManifest): { readonly summary: string; readonly text: string } {
  const summary = originSentence(manifest) ?? 'Converted before origins were written down';
  return { summary: `${summary}.`, text: cardText(manifest, summary) };
}

/** "From PixelLM-7B/hf_model, with the vision tower openai/clip-vit-large-patch14-336"; null when nobody wrote it down. */
export function originSentence({ origin }: ModelManifest): string | null {
  if (origin === null) return null;
  const tower = origin.visionName ?? origin.vision.folder;
  return `From ${origin.checkpoint.folder}, with the vision tower ${tower}`;
}

function cardText(manifest: ModelManifest, summary: string): string {
  return [
    `${summary}.`,
    '',
    `Converted on ${manifest.created.slice(0, 10)} at ${manifest.precision}. ${historySentence(manifest)}`,
    '',
    ...lossLines(manifest),
    ...originLines(manifest),
  ].join('\n');
}

function historySentence({ historyTurns }: ModelManifest): string {
  if (historyTurns === null) return 'A question is asked with all earlier ones that fit.';
  if (historyTurns === 0) return 'Each question is asked on its own, as the original does.';
  return `A question is asked with the last ${historyTurns === 1 ? 'one' : historyTurns} before it.`;
}

function lossLines({ answerLoss, weightLoss, precision }: ModelManifest): string[] {
  const weights = weightLoss.map(
    ({ part, scheme, relativeRms, worst }) =>
      `| ${part} | ${scheme} | ${percent(relativeRms, 3)} | ${worst.tensor}, ${percent(worst.relativeRms, 2)} |`,
  );
  const answers =
    answerLoss === null
      ? `What its answers lose against fp32 was not measured.`
      : `Against fp32 of the same checkpoint, over ${answerLoss.cases} questions (${answerLoss.measured}): ${percent(answerLoss.tokensEqual)} of the words the same, masks agree to IoU ${answerLoss.maskIou.toFixed(3)}.`;
  return [
    '## What rounding lost',
    '',
    ...(precision === 'fp32' ? ['Nothing: the numbers are those of the checkpoint.'] : [answers]),
    '',
    ...(weights.length === 0
      ? []
      : ['| part | stored as | loss of its numbers | worst |', '| --- | --- | --- | --- |', ...weights, '']),
  ];
}

function originLines({ origin }: ModelManifest): string[] {
  if (origin === null) return [];
  const rows = (folder: {
    readonly folder: string;
    readonly files: readonly { name: string; bytes: number; sha256: string }[];
  }): string[] =>
    folder.files.map(({ name, bytes, sha256 }) => `| ${folder.folder}/${name} | ${bytes} | ${sha256} |`);
  return [
    '## Where it came from',
    '',
    '| file | bytes | SHA-256 |',
    '| --- | --- | --- |',
    ...rows(origin.checkpoint),
    ...rows(origin.vision),
    ...(origin.prefix === ''
      ? []
      : ['', `All names of its tensors began with "${origin.prefix}", which was left out.`]),
    '',
  ];
}
