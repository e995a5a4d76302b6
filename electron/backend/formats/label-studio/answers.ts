import type { DatasetToWrite, TargetToWrite } from '../dataset/dataset.ts';
import type { LossList } from '../format.ts';

/**
 * Attributes as Label Studio has them: answers about one region, each given by a control tag that bears the attribute's name. A flag is a choice of
 * "true" and "false", and read as one where the configuration offers nothing else.
 */
interface Question {
  readonly name: string;
  readonly tag: 'Choices' | 'Number' | 'TextArea';
  readonly choices: readonly string[];
  /** Classes whose regions are asked. */
  readonly classes: readonly string[];
}

/** Names of the tags for the picture and its labels; no answer can bear them. */
const taken: ReadonlySet<string> = new Set(['image', 'label']);
export const flagChoices = ['true', 'false'] as const;

/** What is asked of the regions, from what classes define; what targets have beyond that is added as they are written. */
export class Questions {
  readonly #asked = new Map<string, { tag: Question['tag']; choices: Set<string>; classes: Set<string> }>();

  constructor(classes: DatasetToWrite['classes']) {
    const tags = { choice: 'Choices', flag: 'Choices', number: 'Number', text: 'TextArea' } as const;
    for (const { name: className, attributes } of classes)
      for (const { name, type, choices } of attributes)
        this.#ask(name, tags[type], { choices: type === 'flag' ? flagChoices : choices, className });
  }

  /** The answers about one region, as results that bear its id. */
  answersOf(
    { record: { id, attributes }, className, where }: TargetToWrite,
    size: object,
    losses: LossList,
  ): object[] {
    return Object.entries(attributes).flatMap(([name, value]) => {
      if (taken.has(name)) {
        losses.add(
          'Attributes called as a tag of the picture is (image, label): not written',
          `${where}: ${name}`,
        );
        return [];
      }
      const said = answerOf(value, this.#asked.get(name)?.tag);
      const choices =
        said.tag === 'Choices' ? (typeof value === 'boolean' ? flagChoices : [String(value)]) : [];
      if (!this.#ask(name, said.tag, { choices, className }))
        losses.add(
          'Attributes of one name and two kinds: the configuration asks for the first',
          `${where}: ${name}`,
        );
      return [
        { id, type: said.tag.toLowerCase(), from_name: name, to_name: 'image', ...size, value: said.value },
      ];
    });
  }

  list(): Question[] {
    return [...this.#asked]
      .filter(([name]) => !taken.has(name))
      .map(([name, { tag, choices, classes }]) => ({
        name,
        tag,
        choices: [...choices],
        classes: [...classes],
      }));
  }

  /** @returns false where the same name is asked in another way already */
  #ask(
    name: string,
    tag: Question['tag'],
    { choices, className }: { readonly choices: readonly string[]; readonly className: string },
  ): boolean {
    const known = this.#asked.get(name) ?? { tag, choices: new Set(), classes: new Set() };
    this.#asked.set(name, known);
    known.classes.add(className);
    if (known.tag !== tag) return false;
    for (const each of choices) known.choices.add(each);
    return true;
  }
}

function answerOf(
  value: string | number | boolean,
  asked: Question['tag'] | undefined,
): { readonly tag: Question['tag']; readonly value: object } {
  if (typeof value === 'number') return { tag: 'Number', value: { number: value } };
  if (typeof value === 'boolean' || asked === 'Choices')
    return { tag: 'Choices', value: { choices: [String(value)] } };
  return { tag: 'TextArea', value: { text: [value] } };
}

/** The control tags that ask. */
export function tagsOf(questions: readonly Question[], escaped: (text: string) => string): string[] {
  return questions.map(({ name, tag, choices, classes }) => {
    const asked = classes.map(escaped).join(',');
    const head = `  <${tag} name="${escaped(name)}" toName="image" perRegion="true" whenTagName="label" whenLabelValue="${asked}"`;
    if (tag !== 'Choices') return `${head}/>`;
    const offered = choices.map((each) => `    <Choice value="${escaped(each)}"/>\n`).join('');
    return `${head} choice="single">\n${offered}  </Choices>`;
  });
}
