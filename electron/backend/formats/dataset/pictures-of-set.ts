import { isImageName } from '../../images/find-image-files.ts';
import { isMaskFolder } from '../../images/mask-names.ts';
import { foldersOf } from '../match-images.ts';

/** Those of a set's files that are pictures and no labels, by their names and folders. */
export function picturesOfSet(names: readonly string[]): readonly string[] {
  return names.filter((name) => isImageName(name) && !foldersOf(name).some(isMaskFolder));
}
