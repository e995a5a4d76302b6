import { targetColours } from '../../electron/common/palette.ts';
import type { AnnotationRecord, TargetRecord } from '../../electron/common/document/records.ts';
import { restoreTarget } from '../store/chat.ts';
import { reveal, startEditing } from '../store/reveal-target.ts';
import type { StreamTarget } from '../store/chat-state.ts';
import { shownColour } from '../store/shown-colour.ts';
import { type Studio, useStudio } from '../store/studio.ts';
import { reporting } from '../store/toasts.ts';
import { hover, toggleSelected } from '../store/view.ts';
import { classNames } from '../ui/class-names.ts';
import { colourStyle } from '../ui/colour-style.ts';
import { formatArea, formatPercent } from '../ui/format.ts';
import { Tooltip } from '../ui/tooltip.tsx';
import { PhraseButton } from './phrase-button.tsx';
import styles from './target-chip.module.css';

/** A phrase of a finished answer, in the colour of its mask. It and the mask light each other up. */
export function TargetChip({
  text,
  target,
}: {
  readonly text: string;
  readonly target: TargetRecord | undefined;
}) {
  const annotation = useStudio((state) => drawnAnnotation(state, target));
  if (target === undefined) return text;
  if (annotation !== undefined) return <DrawnChip text={text} annotation={annotation} />;
  if (target.empty) return <NothingChip text={text} why="The model named this but drew nothing" />;
  return (
    <NothingChip
      text={text}
      why="Its mask was deleted. Click to bring the model's mask back"
      onClick={() => reporting('The mask could not be brought back', () => restoreTarget(target.id))}
    />
  );
}

function drawnAnnotation(state: Studio, target: TargetRecord | undefined): AnnotationRecord | undefined {
  const id = target?.annotationId ?? null;
  return id === null ? undefined : state.document.annotations.get(id);
}

/** @param facts what the pointer resting on it is told; left out, those of the mask */
export function DrawnChip({
  text,
  annotation,
  facts = chipFacts(annotation),
}: {
  readonly text: string;
  readonly annotation: AnnotationRecord;
  readonly facts?: string;
}) {
  const colour = useStudio((state) => shownColour(state, annotation));
  const isHovered = useStudio((state) => state.view.hovered === annotation.id);
  const isSelected = useStudio((state) => state.view.selection.includes(annotation.id));
  const hasPattern = useStudio((state) => state.settings.maskPattern);
  return (
    <Tooltip text={facts} side="top">
      <PhraseButton
        className={classNames(
          styles['chip'],
          isHovered && styles['hovered'],
          isSelected && styles['selected'],
          annotation.review === 'rejected' && styles['rejected'],
          hasPattern && styles[`pattern${patternOf(annotation.colour)}`],
        )}
        style={colourStyle('--chip', colour)}
        aria-pressed={isSelected}
        onPointerEnter={() => hover(annotation.id)}
        onPointerLeave={() => hover(null)}
        onFocus={() => hover(annotation.id)}
        onBlur={() => hover(null)}
        onPress={(isToggle) => {
          if (isToggle) toggleSelected(annotation.id);
          else reveal(annotation);
        }}
        onEdit={() => startEditing(annotation)}
      >
        {text}
      </PhraseButton>
    </Tooltip>
  );
}

/** A phrase of an answer that is still coming: it has its colour before it has its mask. */
export function StreamingChip({ text, target }: { readonly text: string; readonly target: StreamTarget }) {
  return (
    <span
      className={classNames(styles['chip'], target.drawn === null && styles['drawing'])}
      style={colourStyle('--chip', target.colour)}
    >
      {text}
    </span>
  );
}

/** Words whose mask is not there, and why. */
export function NothingChip({
  text,
  why,
  onClick,
}: {
  readonly text: string;
  readonly why: string;
  readonly onClick?: () => void;
}) {
  return (
    <Tooltip text={why} side="top">
      <PhraseButton className={classNames(styles['chip'], styles['nothing'])} onPress={onClick}>
        {text}
      </PhraseButton>
    </Tooltip>
  );
}

function chipFacts(annotation: AnnotationRecord): string {
  return [
    annotation.score === null ? '' : `score ${formatPercent(annotation.score)}`,
    formatArea(annotation.area),
    annotation.edited ? 'corrected' : '',
    annotation.review === 'proposed' ? 'not reviewed' : annotation.review,
    annotation.hidden ? 'hidden' : '',
  ]
    .filter((fact) => fact !== '')
    .join(' · ');
}

/** The underline that goes with a colour, one of five. */
function patternOf(colour: string): number {
  return Math.max(0, targetColours.indexOf(colour)) % 5;
}
