import { Plus, Trash2 } from 'lucide-react';
import { attributeValue, renamedAttribute } from '../../../electron/common/document/attributes.ts';
import { changedCategory } from '../../../electron/common/document/categories.ts';
import type { Attribute, CategoryRecord } from '../../../electron/common/document/records.ts';
import { commit } from '../../store/edit.ts';
import { useStudio } from '../../store/studio.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Select, TextInput } from '../../ui/field.tsx';
import { leaveOnEnter } from '../../ui/leave-on-enter.ts';
import { classNames } from '../../ui/class-names.ts';
import styles from './classes-dialog.module.css';

const types = [
  { value: 'choice', label: 'Choice' },
  { value: 'flag', label: 'Yes or no' },
  { value: 'number', label: 'Number' },
  { value: 'text', label: 'Text' },
] as const;

/** What may be said of each target of a class beside its mask: "occluded", "colour: red or blue". */
export function ClassAttributes({ category }: { readonly category: CategoryRecord }) {
  const { attributes } = category;
  const change = (next: readonly Attribute[]): void => {
    const diff = changedCategory(useStudio.getState().document, category.id, { attributes: next });
    void commit(`Change attributes of ${category.name}`, diff);
  };
  const changeOne = (index: number, part: Partial<Attribute>): void =>
    change(attributes.map((known, at) => (at === index ? fitted({ ...known, ...part }) : known)));
  const rename = (from: string, to: string): void => {
    void commit(
      `Rename attribute ${from}`,
      renamedAttribute(useStudio.getState().document, category, from, to),
    );
  };
  const free = freeName(attributes);
  return (
    <div className={styles['attributes']}>
      {attributes.length === 0 && (
        <p className={styles['more']}>Nothing is asked about targets of this class yet.</p>
      )}
      {attributes.map((attribute, index) => (
        <div
          key={`${index} ${attribute.name}`}
          className={classNames(styles['attribute'], attribute.type === 'choice' && styles['chosen'])}
          role="group"
          aria-label={attribute.name}
        >
          <TextInput
            aria-label="Name of the attribute"
            defaultValue={attribute.name}
            maxLength={256}
            onKeyDown={leaveOnEnter}
            onBlur={(event) => {
              const name = event.target.value.trim();
              const isTaken = attributes.some((other, at) => at !== index && other.name === name);
              if (name === '' || isTaken) event.target.value = attribute.name;
              else if (name !== attribute.name) rename(attribute.name, name);
            }}
          />
          <Select
            aria-label="Kind of the attribute"
            options={types}
            value={attribute.type}
            onValue={(type) => changeOne(index, { type })}
          />
          {attribute.type === 'choice' ? (
            <TextInput
              key={attribute.choices.join(', ')}
              aria-label="Choices, with commas between"
              placeholder="red, blue, green"
              defaultValue={attribute.choices.join(', ')}
              onKeyDown={leaveOnEnter}
              onBlur={(event) => {
                const choices = choicesIn(event.target.value);
                if (choices.join('\n') !== attribute.choices.join('\n')) changeOne(index, { choices });
              }}
            />
          ) : null}
          <StartField attribute={attribute} onInitial={(initial) => changeOne(index, { initial })} />
          <IconButton
            label={`Delete ${attribute.name}`}
            size="small"
            onClick={() => change(attributes.filter((_, at) => at !== index))}
          >
            <Trash2 size={14} aria-hidden />
          </IconButton>
        </div>
      ))}
      <Button
        size="small"
        onClick={() => change([...attributes, { name: free, type: 'flag', choices: [], initial: null }])}
      >
        <Plus size={13} aria-hidden />
        Add attribute
      </Button>
    </div>
  );
}

/** What a new target starts with: chosen where there is a choice, typed else. */
function StartField({
  attribute,
  onInitial,
}: {
  readonly attribute: Attribute;
  readonly onInitial: (initial: Attribute['initial']) => void;
}) {
  const standing = attribute.initial === null ? '' : String(attribute.initial);
  const label = 'What a new target starts with';
  const start = (typed: string): boolean => {
    const initial = attributeValue(attribute, typed);
    if (initial !== undefined && initial !== attribute.initial) onInitial(initial);
    return initial !== undefined;
  };
  if (attribute.type === 'flag' || attribute.type === 'choice') {
    const values = attribute.type === 'flag' ? ['true', 'false'] : attribute.choices;
    const options = values.map((value) => ({ value, label: `Starts as ${wordsOf(value, attribute)}` }));
    return (
      <Select
        aria-label={label}
        options={[{ value: '', label: 'Starts empty' }, ...options]}
        value={standing}
        onValue={start}
      />
    );
  }
  return (
    <TextInput
      key={`initial ${standing}`}
      aria-label={label}
      placeholder="Starts empty"
      defaultValue={standing}
      inputMode={attribute.type === 'number' ? 'decimal' : 'text'}
      onKeyDown={leaveOnEnter}
      onBlur={(event) => {
        if (!start(event.target.value)) event.target.value = standing;
      }}
    />
  );
}

function wordsOf(value: string, { type }: Attribute): string {
  if (type !== 'flag') return value;
  return value === 'true' ? 'yes' : 'no';
}

/** What another kind cannot keep is left out: choices of a number, a start value that is none of the choices. */
function fitted(attribute: Attribute): Attribute {
  const choices = attribute.type === 'choice' ? attribute.choices : [];
  const initial =
    attribute.initial === null
      ? null
      : (attributeValue({ ...attribute, choices }, String(attribute.initial)) ?? null);
  return { ...attribute, choices, initial };
}

function choicesIn(typed: string): readonly string[] {
  return [...new Set(typed.split(',').map((choice) => choice.trim().slice(0, 1024)))]
    .filter((choice) => choice !== '')
    .slice(0, 1_000);
}

function freeName(attributes: readonly Attribute[]): string {
  const taken = new Set(attributes.map(({ name }) => name));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? 'attribute' : `attribute ${number}`;
    if (!taken.has(name)) return name;
  }
}
