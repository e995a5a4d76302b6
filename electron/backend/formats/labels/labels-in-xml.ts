import { deepElements, elementsOf, textIn, xmlRoot } from '../xml.ts';

/** The classes that CVAT's annotations.xml or Label Studio's configuration name, as `labelOf` takes them. @throws AppError 'bad-file' */
export function labelsInXml(text: string, file: string): readonly object[] {
  const root = xmlRoot(text, file);
  if (root === null) return [];
  const ofLabelStudio = deepElements(root, 'Label').map(({ attributes }) => ({
    name: attributes['value'] ?? '',
    color: attributes['background'],
  }));
  const ofCvat = deepElements(root, 'label').map((label) => ({
    name: textIn(label, 'name'),
    color: textIn(label, 'color'),
    attributes: elementsOf(label, 'attributes')
      .flatMap((list) => elementsOf(list, 'attribute'))
      .map((each) => ({
        name: textIn(each, 'name'),
        input_type: textIn(each, 'input_type'),
        values: textIn(each, 'values')
          .split('\n')
          .map((value) => value.trim()),
        default_value: textIn(each, 'default_value'),
      })),
  }));
  return [...ofLabelStudio, ...ofCvat];
}
