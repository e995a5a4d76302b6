import { join } from 'node:path';
import { z } from 'zod';
import { readManifest } from '../../../native-models/convert.ts';
import type { ModelInfo } from '../../common/contract.ts';
import { readBeginning } from './read-beginning.ts';
import { manifestCard } from './manifest-card.ts';

/** model-card.json beside a model; everything may be left out. */
const cardSchema = z.object({
  name: z.string().optional(),
  summary: z.string().default(''),
  /** Every word it was trained on, lower case; null for an open world. */
  vocabulary: z.array(z.string()).nullable().default(null),
  /** Earlier turns it was trained to follow; null for all that fit. */
  historyTurns: z.int().min(0).nullable().default(null),
  maxNewTokens: z.int().min(1).nullable().default(null),
  /** Questions that make sense for any picture of its world. */
  questions: z.array(z.string()).default([]),
  /** Questions for a picture that is not of its world, which promise nothing about what is on it; null for the same. */
  questionsElsewhere: z.array(z.string()).nullable().default(null),
  /** What it cannot do, in sentences. */
  limits: z.array(z.string()).default([]),
  /** Figures for each kind of question, shares from 0 to 1 beside counts. */
  measured: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))).default([]),
});

/** A card is read whole or not at all; of a text, its beginning. */
const largestCard = 4 * 2 ** 20;
const longestText = 256 * 2 ** 10;

export interface ModelCard {
  /** As the model list shows it. */
  readonly shown: NonNullable<ModelInfo['card']>;
  readonly historyTurns: number | null;
  readonly maxNewTokens: number | null;
  readonly questions: readonly string[];
  readonly questionsElsewhere: readonly string[] | null;
}

/** Null when the folder has no card. A card that cannot be understood is shown as such: it never keeps a model from working. */
export async function readModelCard(folder: string, name: string): Promise<ModelCard | null> {
  const [json, text, manifest] = await Promise.all([
    readBeginning(join(folder, 'model-card.json'), largestCard),
    readBeginning(join(folder, 'README.md'), longestText),
    readManifest(folder).catch(() => null), // what is wrong with it is said where the model is listed
  ]);
  if (json === null && text === null) {
    if (manifest === null) return null;
    const shown = { name, ...manifestCard(manifest), vocabulary: null };
    return {
      shown,
      historyTurns: manifest.historyTurns,
      maxNewTokens: null,
      questions: [],
      questionsElsewhere: null,
    };
  }
  const parsed = cardSchema.safeParse(parseJson(json ?? '{}'));
  const card = parsed.data ?? cardSchema.parse({ summary: 'Its model-card.json cannot be read.' });
  return {
    shown: {
      name: card.name ?? name,
      summary: card.summary,
      text: text || cardText(card),
      vocabulary: card.vocabulary,
    },
    historyTurns: card.historyTurns ?? manifest?.historyTurns ?? null,
    maxNewTokens: card.maxNewTokens,
    questions: card.questions,
    questionsElsewhere: card.questionsElsewhere,
  };
}

/** The name a person sees everywhere: the card's, else the one its manifest states. */
export async function readModelName(folder: string, manifestName: string): Promise<string> {
  return (await readModelCard(folder, manifestName))?.shown.name ?? manifestName;
}

/** The card as Markdown, for a model without a README. */
function cardText({ summary, limits, measured }: z.infer<typeof cardSchema>): string {
  const columns = Object.keys(measured[0] ?? {});
  const row = (cells: readonly unknown[]): string => `| ${cells.join(' | ')} |`;
  const table = [
    row(columns),
    row(columns.map(() => '---')),
    ...measured.map((line) => row(columns.map((name) => line[name] ?? ''))),
  ];
  return [
    ...(summary === '' ? [] : [summary, '']),
    ...(limits.length === 0 ? [] : ['## What it cannot do', '', ...limits.map((limit) => `- ${limit}`), '']),
    ...(measured.length === 0 ? [] : ['## Measured', '', ...table, '']),
  ].join('\n');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
