/** Endings of files that hold annotations and no picture. A folder of pictures is told by its own entries. */
const annotationEndings = ['.json', '.jsonl', '.xml', '.csv', '.zip', '.gz', '.yaml', '.yml'];

/** What was dropped, by what is to be done with it: whatever is no annotation file is tried as a picture, which says what it is not. */
export function sortedDrop<Item extends { readonly name: string; readonly type: string }>(
  files: readonly Item[],
): { readonly images: readonly Item[]; readonly annotations: readonly Item[] } {
  const holdsAnnotations = ({ name, type }: Item): boolean =>
    !type.startsWith('image/') && annotationEndings.some((ending) => name.toLowerCase().endsWith(ending));
  return {
    images: files.filter((file) => !holdsAnnotations(file)),
    annotations: files.filter(holdsAnnotations),
  };
}
