import { TriangleAlert } from 'lucide-react';
import type { ImageId } from '../../../electron/common/document/records.ts';
import { useStudio } from '../../store/studio.ts';
import styles from './image-trouble-mark.module.css';

const words = {
  missing: 'File not found',
  changed: 'File changed',
  outside: 'Outside the served folders',
} as const;

/** What is wrong with an image's file, in words; nothing where all is well. */
export function ImageTroubleMark({ imageId }: { readonly imageId: ImageId }) {
  const trouble = useStudio((state) => state.troubledImages.get(imageId));
  if (trouble === undefined) return null;
  return (
    <span className={styles['trouble']}>
      <TriangleAlert size={12} aria-hidden />
      {words[trouble]}
    </span>
  );
}
