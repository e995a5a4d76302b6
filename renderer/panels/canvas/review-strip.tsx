import { type ReactNode, useMemo } from 'react';
import { Check, Pencil, X } from 'lucide-react';
import { toReviewIn } from '../../../electron/common/document/image-order.ts';
import { imageProgress } from '../../../electron/common/document/image-state.ts';
import { useAction } from '../../actions/use-action.ts';
import { useStudio } from '../../store/studio.ts';
import { Button } from '../../ui/button.tsx';
import { counted } from '../../ui/format.ts';
import { KeyCaps } from '../../ui/key-caps.tsx';
import styles from './review-strip.module.css';

/** While a person goes from decision to decision: what waits, and the keys that decide. */
export function ReviewStrip() {
  const isReviewing = useStudio((state) => state.view.reviewing);
  return isReviewing ? <Strip /> : null;
}

function Strip() {
  const document = useStudio((state) => state.document);
  const imageId = useStudio((state) => state.view.imageId);
  const here = useMemo(
    () => (imageId === null ? 0 : toReviewIn(document, imageId).length),
    [document, imageId],
  );
  const images = useMemo(() => imageProgress(document).review, [document]);
  return (
    <section className={styles['strip']} aria-label="Review">
      <span className={styles['count']} role="status">
        <span className={styles['words']}>
          {here === 0 ? 'Nothing waits on this image' : `${counted(here, 'target')} to review here`}
        </span>
        <span className={styles['short']} aria-hidden>
          {here} left
        </span>
        <span className={styles['all']}> · {counted(images, 'image')} in all</span>
      </span>
      <Decision action="targets.accept" label="Accept" icon={<Check size={14} aria-hidden />} />
      <Decision action="targets.reject" label="Reject" icon={<X size={14} aria-hidden />} />
      <Decision action="tool.brush" label="Correct" icon={<Pencil size={14} aria-hidden />} />
      <Decision action="images.next-to-review" label="Next image" />
      <Decision action="review.toggle" label="Stop" />
    </section>
  );
}

function Decision({
  action,
  label,
  icon,
}: {
  readonly action: string;
  readonly label: string;
  readonly icon?: ReactNode;
}) {
  const { keys, isAvailable, run } = useAction(action);
  const [combination] = keys;
  return (
    <Button size="small" disabled={!isAvailable} onClick={run}>
      {icon}
      {label}
      {combination !== undefined && (
        <span className={styles['key']}>
          <KeyCaps combination={combination} />
        </span>
      )}
    </Button>
  );
}
