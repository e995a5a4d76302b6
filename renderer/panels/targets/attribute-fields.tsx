import { attributeValue, withAttribute } from '../../../electron/common/document/attributes.ts';
import type { AnnotationRecord, Attribute } from '../../../electron/common/document/records.ts';
import { commit } from '../../store/edit.ts';
import { useStudio } from '../../store/studio.ts';
import { showToast } from '../../store/toasts.ts';
import { Select, TextInput } from '../../ui/field.tsx';
import { leaveOnEnter } from '../../ui/leave-on-enter.ts';
import styles from './target-details.module.css';

const flags = [
  { value: '', label: 'Not said' },
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
] as const;

/** What may be said of a target beside its mask: the attributes of its class, then those that came with an import. */
export function AttributeFields({ annotation }: { readonly annotation: AnnotationRecord }) {
  const category = useStudio(({ document }) =>
    annotation.categoryId === null ? undefined : document.categories.get(annotation.categoryId),
  );
  const defined = category?.attributes ?? [];
  const others = Object.keys(annotation.attributes)
    .filter((name) => defined.every((attribute) => attribute.name !== name))
    .map((name): Attribute => ({ name, type: 'text', choices: [], initial: null }));
  return [...defined, ...others].map((attribute) => (
    <div key={attribute.name} className={styles['pair']}>
      <span className={styles['label']} title={attribute.name}>
        {attribute.name}
      </span>
      <AttributeField
        key={`${annotation.id} ${String(annotation.attributes[attribute.name])}`}
        annotation={annotation}
        attribute={attribute}
      />
    </div>
  ));
}

function AttributeField({
  annotation,
  attribute,
}: {
  readonly annotation: AnnotationRecord;
  readonly attribute: Attribute;
}) {
  const { name } = attribute;
  const said = annotation.attributes[name];
  const standing = said === undefined ? '' : String(said);
  const say = (typed: string): boolean => {
    // What came as a number stays one where nobody typed.
    if (typed === standing) return true;
    const value = attributeValue(attribute, typed);
    if (value === undefined) return false;
    void commit(`Say ${name}`, withAttribute(useStudio.getState().document, [annotation.id], name, value));
    return true;
  };
  if (attribute.type === 'flag')
    return <Select aria-label={name} options={flags} value={standing} onValue={say} />;
  if (attribute.type === 'choice') {
    const choices = [...new Set(['', ...attribute.choices, standing])];
    const options = choices.map((value) => ({ value, label: value === '' ? 'Not said' : value }));
    return <Select aria-label={name} options={options} value={standing} onValue={say} />;
  }
  return (
    <TextInput
      aria-label={name}
      defaultValue={standing}
      maxLength={4096}
      inputMode={attribute.type === 'number' ? 'decimal' : 'text'}
      onKeyDown={leaveOnEnter}
      onBlur={(event) => {
        if (say(event.target.value)) return;
        // What is no number is not taken: the field shows what stands, and why.
        showToast({
          tone: 'warning',
          title: `“${event.target.value.slice(0, 40)}” is no number`,
          text: standing === '' ? `${name} stays unsaid.` : `${name} stays ${standing}.`,
        });
        event.target.value = standing;
      }}
    />
  );
}
