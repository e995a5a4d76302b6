import { TriangleAlert } from 'lucide-react';
import type { ImageId } from '../../electron/common/document/records.ts';
import { openDialog } from '../store/dialogs.ts';
import { checkImages, checkImagesNamed } from '../store/image-files.ts';
import { useStudio } from '../store/studio.ts';
import { reporting } from '../store/toasts.ts';
import { Button } from '../ui/button.tsx';
import styles from './image-trouble.module.css';

/** Above the picture when its file is gone or another: what that means, and the way out. */
export function ImageTrouble() {
  const image = useStudio((state) =>
    state.view.imageId === null ? undefined : state.document.images.get(state.view.imageId),
  );
  const trouble = useStudio((state) =>
    state.view.imageId === null ? undefined : state.troubledImages.get(state.view.imageId),
  );
  if (image === undefined || trouble === undefined) return null;
  return (
    <div className={styles['bar']} role="alert">
      <TriangleAlert size={15} aria-hidden />
      <span className={styles['text']}>
        {trouble === 'missing'
          ? `The file of ${image.name} is not where it was. Its masks and conversation are safe.`
          : `The file of ${image.name} is not the one that was added. Its masks may not fit any more.`}
      </span>
      <Button
        size="small"
        variant="ghost"
        onClick={() => reporting('The files could not be checked', () => checkAgain(image.id))}
      >
        Check again
      </Button>
      <Button size="small" onClick={() => openDialog({ kind: 'relink', imageId: image.id })}>
        Find the file…
      </Button>
    </div>
  );
}

/** This one, and then the others: a disk that was away has more than one of them. */
async function checkAgain(id: ImageId): Promise<void> {
  await checkImagesNamed([id]);
  await checkImages();
}
