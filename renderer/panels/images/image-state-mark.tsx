import type { ImageId, ImageState } from '../../../electron/common/document/records.ts';
import { imageStateOf } from '../../../electron/common/document/image-state.ts';
import { useStudio } from '../../store/studio.ts';
import { classNames } from '../../ui/class-names.ts';
import styles from './image-state-mark.module.css';

const stateWords: Readonly<Record<ImageState, string>> = {
  new: 'New',
  labelled: 'Labelled',
  review: 'To review',
  done: 'Done',
  skipped: 'Skipped',
};

/** Where the work on an image stands, as a shape and a word: colour alone says it to nobody who does not see it. */
export function ImageStateMark({
  imageId,
  isWorded = false,
}: {
  readonly imageId: ImageId;
  readonly isWorded?: boolean;
}) {
  const state = useStudio(({ document }) => {
    const image = document.images.get(imageId);
    if (image === undefined) return null;
    // By rule it follows from what lies on the image, which may not have come yet.
    return document.toCome > 0 ? image.state : imageStateOf(document, image);
  });
  if (state === null) return null;
  return (
    <span className={styles['mark']} title={stateWords[state]}>
      <span className={classNames(styles['dot'], styles[state])} aria-hidden />
      <span className={isWorded ? undefined : 'visually-hidden'}>{stateWords[state]}</span>
    </span>
  );
}
