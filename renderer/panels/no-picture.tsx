import { ImagePlus } from 'lucide-react';
import { useAction } from '../actions/use-action.ts';
import { useStudio } from '../store/studio.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import styles from './no-picture.module.css';

/** Where the picture will be, while the project has none: the ways to get one. */
export function NoPicture() {
  const hasImage = useStudio((state) => state.view.imageId !== null);
  const addImages = useAction('images.add');
  const addFolder = useAction('images.add-folder');
  if (hasImage) return null;
  return (
    <div className={styles['over']}>
      <EmptyState
        icon={<ImagePlus size={28} aria-hidden />}
        title="Add the first image"
        text="Drop image files anywhere in this window, paste one, or choose them. Then ask about them on the right."
      >
        <Button variant="primary" onClick={addImages.run}>
          Add images…
        </Button>
        <Button onClick={addFolder.run}>Add a folder…</Button>
      </EmptyState>
    </div>
  );
}
