import { keyMapChoices } from '../../actions/key-maps.ts';
import { changeSettings } from '../../store/settings.ts';
import { useStudio } from '../../store/studio.ts';
import { Field, Select } from '../../ui/field.tsx';

/** Whose keys the app has: its own, or those of a program that the hand knows. */
export function KeyMapField({ hint }: { readonly hint: string }) {
  const keyMap = useStudio((state) => state.settings.keyMap);
  return (
    <Field label="Keys" hint={hint}>
      {(ids) => (
        <Select
          {...ids}
          options={keyMapChoices}
          value={keyMap}
          onValue={(chosen) => void changeSettings({ keyMap: chosen })}
        />
      )}
    </Field>
  );
}
