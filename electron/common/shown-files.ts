/** So many are all told. */
const mostShown = 8;
const firstOfMany = 3;

/** Which of the files of a report are told by name; of very many the first few, and how many others there are. */
export function shownFiles(files: readonly string[]): {
  readonly shown: readonly string[];
  readonly others: number;
} {
  const shown = files.length <= mostShown ? files : files.slice(0, firstOfMany);
  return { shown, others: files.length - shown.length };
}
