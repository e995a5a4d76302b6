/** So many files are told by their names. */
const mostNamed = 8;

/**
 * The folder that the files of a report all lie in, where they are too many to be told one by one.
 *
 * @param files whole paths, with the separators of their system
 * @returns null for few, and where they have no folder in common
 */
export function folderOfMany(files: readonly string[]): string | null {
  const [first, ...others] = files;
  if (first === undefined || files.length <= mostNamed) return null;
  const separator = first.includes('\\') ? '\\' : '/';
  let folder = first.split(separator).slice(0, -1);
  for (const file of others) {
    const steps = file.split(separator);
    const differs = folder.findIndex((step, at) => steps[at] !== step);
    if (differs >= 0) folder = folder.slice(0, differs);
  }
  return folder.length > 0 ? folder.join(separator) : null;
}
