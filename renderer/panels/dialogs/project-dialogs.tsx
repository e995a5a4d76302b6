import { type FormEvent, useState } from 'react';
import { toWireError } from '../../../electron/common/errors.ts';
import { closeDialog } from '../../store/dialogs.ts';
import { pickPath } from '../../store/files.ts';
import { createProject, renameProject } from '../../store/project.ts';
import { useStudio } from '../../store/studio.ts';
import { reporting } from '../../store/toasts.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, TextInput, WithButton } from '../../ui/field.tsx';
import styles from './dialogs.module.css';

export function NewProjectDialog() {
  const projectsFolder = useStudio((state) => state.app?.projectsFolder ?? '');
  const [name, setName] = useState('');
  const [parent, setParent] = useState<string | null>(null);
  const form = useSubmission(() => createProject(name.trim(), parent));
  return (
    <Dialog
      title="New project"
      description="A project is a folder that holds your images, conversations and masks. Every change is saved as you make it."
      footer={
        <FormButtons
          formId="new-project"
          confirm="Create project"
          isDisabled={name.trim() === '' || form.isBusy}
        />
      }
    >
      <form id="new-project" className={styles['stack']} onSubmit={form.submit}>
        <Field label="Name" problem={form.problem}>
          {(ids) => (
            <TextInput
              {...ids}
              data-autofocus
              maxLength={200}
              value={name}
              aria-invalid={form.problem !== null}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label="In the folder" hint="A new folder with the project's name is made in it.">
          {(ids) => (
            <WithButton>
              <TextInput {...ids} readOnly value={parent ?? projectsFolder} />
              <Button
                onClick={() =>
                  reporting('No folder was chosen', async () => setParent((await pickFolder()) ?? parent))
                }
              >
                Choose…
              </Button>
            </WithButton>
          )}
        </Field>
      </form>
    </Dialog>
  );
}

export function RenameProjectDialog() {
  const current = useStudio((state) => state.document.project?.name ?? '');
  const [name, setName] = useState(current);
  const form = useSubmission(() => renameProject(name.trim()));
  return (
    <Dialog
      title="Rename project"
      width="narrow"
      footer={
        <FormButtons
          formId="rename-project"
          confirm="Rename"
          isDisabled={name.trim() === '' || form.isBusy}
        />
      }
    >
      <form id="rename-project" onSubmit={form.submit}>
        <Field label="Name" problem={form.problem}>
          {(ids) => (
            <TextInput
              {...ids}
              data-autofocus
              maxLength={200}
              value={name}
              aria-invalid={form.problem !== null}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}

function FormButtons({
  formId,
  confirm,
  isDisabled,
}: {
  readonly formId: string;
  readonly confirm: string;
  readonly isDisabled: boolean;
}) {
  return (
    <>
      <Button onClick={closeDialog}>Cancel</Button>
      <Button variant="primary" type="submit" form={formId} disabled={isDisabled}>
        {confirm}
      </Button>
    </>
  );
}

/** Submits once, closes on success, and keeps the form with the reason when it failed. */
function useSubmission(work: () => Promise<void>) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setIsBusy(true);
    setProblem(null);
    work()
      .then(closeDialog)
      .catch((thrown: unknown) => setProblem(toWireError(thrown).message))
      .finally(() => setIsBusy(false));
  };
  return { submit, problem, isBusy };
}

function pickFolder(): Promise<string | null> {
  return pickPath({ title: 'Folder for the project', want: 'folder' });
}
