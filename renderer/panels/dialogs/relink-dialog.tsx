import { useState } from 'react';
import type { ImageId } from '../../../electron/common/document/records.ts';
import { toWireError } from '../../../electron/common/errors.ts';
import { closeDialog } from '../../store/dialogs.ts';
import { pickPath } from '../../store/files.ts';
import { relinkImage } from '../../store/images.ts';
import { useStudio } from '../../store/studio.ts';
import { showToast } from '../../store/toasts.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import styles from './dialogs.module.css';

/** Tells the project where a missing or changed image file is now. */
export function RelinkDialog({ imageId }: { readonly imageId: ImageId }) {
  const image = useStudio((state) => state.document.images.get(imageId));
  const trouble = useStudio((state) => state.troubledImages.get(imageId));
  const [problem, setProblem] = useState<string | null>(null);
  if (image === undefined) return null;
  const use = async (path: string | null): Promise<void> => {
    if (path === null) return;
    const isSamePicture = await relinkImage(imageId, path);
    showToast(
      isSamePicture
        ? { tone: 'success', title: `${image.name} was found again` }
        : {
            tone: 'warning',
            title: `Another picture stands for ${image.name} now`,
            text: 'Its masks were made on the one before: see whether they still fit. Undo goes back.',
          },
    );
    closeDialog();
  };
  const choose = async (): Promise<void> =>
    use(await pickPath({ title: `Where is ${image.name}?`, want: 'images' }));
  const attempt = (work: () => Promise<void>): void => {
    setProblem(null);
    work().catch((thrown: unknown) => setProblem(toWireError(thrown).message));
  };
  const changedPath = trouble === 'changed' && image.source.kind === 'linked' ? image.source.path : null;
  return (
    <Dialog
      title={
        trouble === 'changed' ? `${image.name} has changed on disk` : `${image.name} is not where it was`
      }
      description="Its masks and conversation are safe in the project. Show where the file is now, and it is used from there."
      footer={
        <>
          <Button onClick={closeDialog}>Not now</Button>
          {changedPath !== null && (
            <Button onClick={() => attempt(() => use(changedPath))}>Use it as it is now</Button>
          )}
          <Button variant="primary" onClick={() => attempt(choose)}>
            Choose the file…
          </Button>
        </>
      }
    >
      <dl className={styles['facts']}>
        <dt>Expected at</dt>
        <dd>
          {image.source.kind === 'linked' ? image.source.path : `images/${image.source.file} in the project`}
        </dd>
        <dt>Size</dt>
        <dd>
          {image.width} × {image.height} pixels
        </dd>
      </dl>
      {problem !== null && (
        <p className={styles['problem']} role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  );
}
