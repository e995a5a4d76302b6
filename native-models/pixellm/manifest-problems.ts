import type { ModelManifest } from './manifest.ts';

/**
 * What a manifest says that cannot be true of one model: numbers that contradict each other, files that are named and not listed.
 *
 * @returns sentences; none when all is well
 */
export function manifestProblems(manifest: ModelManifest): string[] {
  return [...numberProblems(manifest), ...fileProblems(manifest)];
}

function numberProblems({ network, embedding, tokens, contextLength, memory }: ModelManifest): string[] {
  const { image, language, codebook, pixelDecoder } = network;
  const claims: readonly [string, number, number][] = [
    ['network.image.grid', image.grid, image.side / image.patch],
    ['network.image.tokens', image.tokens, (image.grid / image.pool) ** 2],
    ['network.language.headDim', language.headDim, language.hidden / language.heads],
    ['network.pixelDecoder.maskSide', pixelDecoder.maskSide, 4 * image.grid],
    ['embedding.rows', embedding.rows, language.vocabulary],
    ['embedding.columns', embedding.columns, language.hidden],
    ['memory.cacheBytesPerToken', memory.cacheBytesPerToken, 2 * 4 * language.layers * language.hidden],
    ['the number of codebook tokens', tokens.codebook.length, codebook.levels * codebook.tokensPerLevel],
  ];
  const special = Object.entries({ ...tokens, codebook: 0, added: 0 }).filter(
    ([, id]) => id >= embedding.rows,
  );
  return [
    ...claims
      .filter(([, said, due]) => said !== due)
      .map(([what, said, due]) => `manifest.json contradicts itself: ${what} is ${said}, not ${due}.`),
    ...special.map(
      ([name, id]) => `manifest.json gives the token "${name}" the id ${id}, beyond the vocabulary.`,
    ),
    // What decides whether a model fits must be no less than what it takes.
    ...(memory.peakBytes >= memory.cacheBytesPerToken * contextLength + memory.loadedBytes
      ? []
      : ['manifest.json claims less memory than its own numbers need.']),
    ...(contextLength > image.tokens
      ? []
      : [
          `manifest.json leaves no room for words: ${contextLength} places, of which a picture takes ${image.tokens}.`,
        ]),
  ];
}

function fileProblems({ files, graphs, embedding, tokenizer }: ModelManifest): string[] {
  const listed = new Map(files.map((file) => [file.path, file.bytes]));
  const named = new Set([
    ...Object.values(graphs).flatMap(({ graph, data }) => [graph, data]),
    embedding.file,
    tokenizer.model,
    tokenizer.addedTokens,
  ]);
  const outside = [...new Set([...named, ...listed.keys()])].filter((name) => !isPlainName(name));
  const bytes = embedding.rows * embedding.columns * (embedding.dtype === 'f16' ? 2 : 4);
  const embeddingBytes = listed.get(embedding.file);
  return [
    ...outside.map(
      (name) =>
        `manifest.json names ${JSON.stringify(name.slice(0, 100))}, which is not a file of this folder.`,
    ),
    ...[...named]
      .filter((name) => !listed.has(name) && isPlainName(name))
      .map((name) => `manifest.json does not list ${name}, which the model needs.`),
    ...(embeddingBytes === undefined || embeddingBytes === bytes
      ? []
      : [`manifest.json says that ${embedding.file} has ${embeddingBytes} bytes; its rows need ${bytes}.`]),
  ];
}

/** A name without a folder: no separators, no drive letters, no "..". */
function isPlainName(name: string): boolean {
  return /^[^/\\:\0]+$/u.test(name) && name !== '.' && name !== '..';
}
