import { memo, useMemo } from 'react';
import {
  Copy,
  GitCompareArrows,
  MessageCircleQuestionMark,
  MessageSquareText,
  Pencil,
  RotateCcw,
  Trash2,
  ZoomIn,
} from 'lucide-react';
import type {
  AnnotationId,
  AnnotationRecord,
  CategoryId,
} from '../../../electron/common/document/records.ts';
import { iouOf } from '../../../electron/common/mask-algebra.ts';
import { runsOf } from '../../../electron/common/rle.ts';
import { commit } from '../../store/edit.ts';
import { ownColour } from '../../store/shown-colour.ts';
import { useStudio } from '../../store/studio.ts';
import { changedTargets } from '../../../electron/common/document/target-edits.ts';
import { ActionButton } from '../../actions/action-button.tsx';
import { IconButton } from '../../ui/button.tsx';
import { ColourChoice } from '../../ui/colour-choice.tsx';
import { formatCount } from '../../ui/format.ts';
import { AttributeFields } from './attribute-fields.tsx';
import { CategoryButton } from './category-button.tsx';
import { ThresholdSlider } from './threshold-slider.tsx';
import styles from './target-details.module.css';

/** Everything about the one selected target. */
export function TargetDetails({
  annotation,
  onRename,
}: {
  readonly annotation: AnnotationRecord;
  readonly onRename: (id: AnnotationId) => void;
}) {
  const colour = useStudio((state) => ownColour(state, annotation));
  return (
    <section className={styles['details']} aria-label="Selected target">
      <CategoryPair id={annotation.id} categoryId={annotation.categoryId} />
      {annotation.hasLogits && (
        <div className={styles['pair']}>
          <span className={styles['label']}>Threshold</span>
          <ThresholdSlider key={annotation.id} annotation={annotation} />
        </div>
      )}
      <AttributeFields annotation={annotation} />
      <ColourPair id={annotation.id} colour={colour} />
      <Facts annotation={annotation} />
      <DetailTools id={annotation.id} hasModelMask={annotation.modelMask !== null} onRename={onRename} />
    </section>
  );
}

// The parts below take values, not the record: a stroke changes the mask and renders only the facts about it again.

const CategoryPair = memo(function CategoryPair({
  id,
  categoryId,
}: {
  readonly id: AnnotationId;
  readonly categoryId: CategoryId | null;
}) {
  return (
    <div className={styles['pair']}>
      <span className={styles['label']}>Class</span>
      <CategoryButton annotationIds={[id]} categoryId={categoryId} />
    </div>
  );
});

const ColourPair = memo(function ColourPair({
  id,
  colour: standing,
}: {
  readonly id: AnnotationId;
  readonly colour: string;
}) {
  return (
    <div className={styles['pair']}>
      <span className={styles['label']}>Colour</span>
      <ColourChoice
        label="Colour of the target"
        colour={standing}
        onColour={(colour) => {
          const { document } = useStudio.getState();
          void commit(
            'Change colour',
            changedTargets(document, [id], () => ({ colour, autoColour: false })),
          );
        }}
      />
    </div>
  );
});

const DetailTools = memo(function DetailTools({
  id,
  hasModelMask,
  onRename,
}: {
  readonly id: AnnotationId;
  readonly hasModelMask: boolean;
  readonly onRename: (id: AnnotationId) => void;
}) {
  const isCompared = useStudio((state) => state.view.compared === id);
  return (
    <div className={styles['tools']}>
      <ActionButton action="targets.zoom" size="small" icon={<ZoomIn size={14} aria-hidden />} />
      <IconButton label="Rename" keys={['f2']} size="small" onClick={() => onRename(id)}>
        <Pencil size={14} aria-hidden />
      </IconButton>
      <ActionButton
        action="chat.ask-about"
        size="small"
        icon={<MessageCircleQuestionMark size={14} aria-hidden />}
      />
      <ActionButton
        action="targets.comment"
        size="small"
        icon={<MessageSquareText size={14} aria-hidden />}
      />
      {hasModelMask && (
        <>
          <ActionButton
            action="targets.compare"
            size="small"
            isPressed={isCompared}
            icon={<GitCompareArrows size={14} aria-hidden />}
          />
          <ActionButton action="targets.revert" size="small" icon={<RotateCcw size={14} aria-hidden />} />
        </>
      )}
      <ActionButton action="targets.duplicate" size="small" icon={<Copy size={14} aria-hidden />} />
      <ActionButton action="targets.delete" size="small" icon={<Trash2 size={14} aria-hidden />} />
    </div>
  );
});

function Facts({ annotation }: { readonly annotation: AnnotationRecord }) {
  const [x, y, width, height] = annotation.bbox;
  const agreement = useAgreement(annotation);
  return (
    <p className={styles['facts']}>
      {formatCount(annotation.area)} px in {width} × {height} at ({x}, {y})
      {agreement !== null && `. Overlap with the model's mask: ${(agreement * 100).toFixed(1)}% IoU`}
    </p>
  );
}

/** IoU of a corrected mask with the model's own; null when there is nothing to compare. */
function useAgreement({ edited, mask, modelMask }: AnnotationRecord): number | null {
  return useMemo(
    () => (edited && modelMask !== null ? iouOf(runsOf(mask), runsOf(modelMask)) : null),
    [edited, mask, modelMask],
  );
}
