/**
 * What is wrong with the language of a text, in a sentence; null where it may well be the one that was asked for. English is told by its commonest words, which other
 * languages hardly have; two other languages of one script are for people to tell apart.
 *
 * @param language as a person writes it: "English", "Simple English", "Deutsch"
 */
export function languageProblem(text: string, language: string): string | null {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const common = words.filter((word) => commonWords.has(word)).length;
  const isLong = words.length >= fewestWords;
  if (/\benglish\b/iu.test(language)) {
    const isOther = latin < letters / 2 || (isLong && common < words.length * 0.03);
    return isOther ? 'The text is not in English.' : null;
  }
  return isLong && common > words.length * 0.2 ? `The text is in English, not in ${language}.` : null;
}

/** Fewer tell nothing: a list of things in English has hardly a common word. */
const fewestWords = 14;

/** Those left out ("a", "in", "on", "is", "of", "was", "do", "me") are words of other languages too. */
const commonWords: ReadonlySet<string> = new Set(
  'the and to with what which that would could from this for are you it where who when one there their can have has if be by not as at how than these those its they them while will should someone somebody see'.split(
    ' ',
  ),
);
