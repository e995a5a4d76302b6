import { TriangleAlert } from 'lucide-react';
import type { ImageId, ImageRecord } from '../../electron/common/document/records.ts';
import { assertNever } from '../../electron/common/errors.ts';
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
      <span className={styles['text']}>{sentenceOf(trouble, image)}</span>
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

function sentenceOf(trouble: 'missing' | 'changed' | 'outside', { name, source }: ImageRecord): string {
  switch (trouble) {
    case 'missing':
      return `The file of ${name} is not where it was. Its masks and conversation are safe.`;
    case 'changed':
      return `The file of ${name} is not the one that was added. Its masks may not fit any more.`;
    case 'outside':
      return `${name} is linked at ${source.kind === 'linked' ? source.path : name}, outside the folders that this server may read. Start it with --root for that folder, or find the file in one of its own.`;
    default:
      return assertNever(trouble);
  }
}

/** This one, and then the others: a disk that was away has more than one of them. */
async function checkAgain(id: ImageId): Promise<void> {
  await checkImagesNamed([id]);
  await checkImages();
}
