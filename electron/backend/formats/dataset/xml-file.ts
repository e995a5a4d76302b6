import type { XmlElement } from '@rgrove/parse-xml';
import { AppError } from '../../../common/errors.ts';
import type { LossList } from '../format.ts';
import { xmlRoot } from '../xml.ts';
import { textOf, type FileTree } from './file-tree.ts';

/** The outermost element of an XML file. Of many files one may be damaged, which is told; the only one may not. @throws AppError 'bad-file' */
export async function xmlRootIn(tree: FileTree, file: string, losses: LossList): Promise<XmlElement | null> {
  const text = (await textOf(tree, file)) ?? '';
  try {
    return xmlRoot(text, file);
  } catch (error) {
    const isOnly = tree.names.filter((name) => /\.(?:xml|json)$/iu.test(name)).length === 1;
    if (isOnly || !(error instanceof AppError)) throw error;
    losses.add('Files left out: they are no XML', `${file}: ${error.message}`);
    return null;
  }
}
