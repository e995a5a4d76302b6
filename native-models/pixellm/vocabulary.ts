import { abbreviateList } from '../errors.ts';

/** The tokenizer's own pieces, by id. */
type Pieces = readonly { readonly text: string; readonly type: string }[];

/** What the network and the tokens of a model say about ids. */
export type TokenFacts = {
  readonly added: Readonly<Record<string, number>>;
  readonly codebook: readonly number[];
  readonly bos: number;
  readonly eos: number;
  /** Rows of the embedding. */
  readonly rows: number;
};

/**
 * Whether a tokenizer, a list of added tokens and an embedding belong together: an id means one thing, and every id has a row.
 *
 * @returns sentences, the gravest first; none when all is well
 */
export function vocabularyProblems(pieces: Pieces, facts: TokenFacts): VocabularyProblem[] {
  return [...idProblems(facts), ...foreignTokenizer(pieces, facts), ...endProblems(pieces, facts)];
}

export type VocabularyProblem = {
  readonly about: 'codebook' | 'tokenizer';
  readonly sentence: string;
};

function idProblems({ added, codebook, rows }: TokenFacts): VocabularyProblem[] {
  const byId = new Map<number, string[]>();
  for (const [text, id] of Object.entries(added)) byId.set(id, [...(byId.get(id) ?? []), text]);
  const shared = [...byId].filter(([, texts]) => texts.length > 1);
  const outside = Object.entries(added).filter(([, id]) => id >= rows);
  const stray = codebook.filter((id, index) => added[`[SEG${index}]`] !== id);
  return [
    ...stray.slice(0, 1).map((id) => ({
      about: 'codebook' as const,
      sentence: `The codebook's id ${id} is not that of its token in added_tokens.json.`,
    })),
    ...shared.slice(0, 1).map(([id, texts]) => ({
      about: 'codebook' as const,
      sentence: `added_tokens.json gives ${abbreviateList(texts, 6)} one id, ${id}; each needs its own.`,
    })),
    ...(outside.length === 0
      ? []
      : [
          {
            about: 'tokenizer' as const,
            sentence: `added_tokens.json has ids beyond the ${rows} rows of the vocabulary: ${abbreviateList(outside.map(([text]) => text))}.`,
          },
        ]),
  ];
}

/** Added tokens are numbered on from the pieces: where they do not meet, one of the two files is another model's. */
function foreignTokenizer(pieces: Pieces, { added, rows }: TokenFacts): VocabularyProblem[] {
  const problem = (about: VocabularyProblem['about'], sentence: string): VocabularyProblem[] => [
    { about, sentence },
  ];
  if (pieces.length > rows)
    return problem(
      'tokenizer',
      `tokenizer.model belongs to another model: it has ${pieces.length} pieces, the embedding has ${rows} rows.`,
    );
  const own = Object.entries(added).filter(([text, id]) => pieces[id]?.text !== text);
  const covered = own.filter(([, id]) => id < pieces.length);
  if (covered.length > 0) {
    const [[text, id] = ['', 0]] = covered;
    // Ids without a gap were given out together: then it is the tokenizer that is another one.
    const ids = own.map(([, each]) => each);
    const isRow = Math.max(...ids) - Math.min(...ids) + 1 === ids.length;
    if (covered.length < own.length && !isRow)
      return problem(
        'codebook',
        `added_tokens.json gives ${abbreviateList(covered.map(([name]) => name))} ids of ordinary word pieces (${text} is ${id}); they must lie above the tokenizer's ${pieces.length} pieces.`,
      );
    const lowest = Math.min(...ids);
    return problem(
      'tokenizer',
      `tokenizer.model belongs to another model: it has ${pieces.length} pieces, and the added tokens begin at ${lowest}.`,
    );
  }
  const lowest = own.reduce((least, [, id]) => Math.min(least, id), rows);
  if (own.length > 0 && lowest > pieces.length)
    return problem(
      'tokenizer',
      `tokenizer.model belongs to another model: it has ${pieces.length} pieces, and the added tokens begin at ${lowest}, which leaves ${lowest - pieces.length} ids without a word.`,
    );
  return [];
}

function endProblems(pieces: Pieces, { bos, eos }: TokenFacts): VocabularyProblem[] {
  const wrong = [bos, eos].filter((id) => pieces[id]?.type !== 'control');
  return wrong.length === 0
    ? []
    : [
        {
          about: 'tokenizer',
          sentence: `tokenizer.model belongs to another model: ids ${bos} and ${eos}, which begin and end a text, are ${[bos, eos].map((id) => JSON.stringify(pieces[id]?.text ?? 'nothing')).join(' and ')} in it.`,
        },
      ];
}
