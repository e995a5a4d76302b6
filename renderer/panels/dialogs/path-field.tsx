import { type PathWish, pickPath } from '../../store/files.ts';
import { reporting } from '../../store/toasts.ts';
import { Button } from '../../ui/button.tsx';
import { Field, TextInput, WithButton } from '../../ui/field.tsx';

/** A path that is typed, or chosen among the files of the computer the app runs on. */
export function PathField({
  label,
  hint,
  path,
  onPath,
  wish,
  failure,
}: {
  readonly label: string;
  readonly hint: string;
  readonly path: string;
  readonly onPath: (path: string) => void;
  readonly wish: PathWish;
  /** Title of what is said when choosing fails. */
  readonly failure: string;
}) {
  const browse = async (): Promise<void> => {
    const chosen = await pickPath(wish);
    if (chosen !== null) onPath(chosen);
  };
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <WithButton>
          <TextInput {...ids} value={path} onChange={(event) => onPath(event.target.value)} />
          <Button onClick={() => reporting(failure, browse)}>Choose…</Button>
        </WithButton>
      )}
    </Field>
  );
}
