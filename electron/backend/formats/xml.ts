import { parseXml, XmlElement } from '@rgrove/parse-xml';
import { AppError } from '../../common/errors.ts';

/** The outermost element of an XML text. @throws AppError 'bad-file' for text that is no XML */
export function xmlRoot(text: string, file: string): XmlElement | null {
  try {
    return parseXml(text.replace(/^\uFEFF/u, '')).root;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
    throw new AppError('bad-file', `${file} is no XML: ${reason}`, { file }, { cause: error });
  }
}

export function elementsIn(element: XmlElement): XmlElement[] {
  return element.children.filter((child): child is XmlElement => child instanceof XmlElement);
}

export function elementsOf(element: XmlElement, name: string): XmlElement[] {
  return elementsIn(element).filter((child) => child.name === name);
}

/** Those at any depth, none inside another of the name. */
export function deepElements(element: XmlElement, name: string): XmlElement[] {
  return elementsIn(element).flatMap((child) => (child.name === name ? [child] : deepElements(child, name)));
}

/** What stands in the first element of that name; '' where there is none. */
export function textIn(element: XmlElement, name: string): string {
  return elementsOf(element, name)[0]?.text.trim() ?? '';
}
