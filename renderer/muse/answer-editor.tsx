import { useEffect, useRef } from 'react';
import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import type { AnnotationId, AnnotationRecord, ImageId } from '../../electron/common/document/records.ts';
import { mendedItem } from '../../electron/common/muse/muse-mends.ts';
import { museTargetOf } from '../../electron/common/muse/muse-item.ts';
import { type MuseItem, problemsOf } from '../../electron/common/muse/muse-rules.ts';
import type { WrittenTarget, WrittenTurn } from '../../electron/common/muse/written-turn.ts';
import type { DocumentState } from '../store/document.ts';
import { referableTargets } from '../store/referable-targets.ts';
import { shownColour } from '../store/shown-colour.ts';
import { useStudio } from '../store/studio.ts';
import { reporting } from '../store/toasts.ts';
import { select } from '../store/view.ts';
import { saveWriting, setWriting } from '../store/writing.ts';
import type { Writing } from '../store/writing-state.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { colourStyle } from '../ui/colour-style.ts';
import { Field, Select, TextArea, TextInput } from '../ui/field.tsx';
import styles from './answer-editor.module.css';

/** A question, its answer and what each {seg} means, with the rules beside the text. The picture stays at hand: a selected mask is added at once. */
export function AnswerEditor({ imageId, writing }: { readonly imageId: ImageId; readonly writing: Writing }) {
  const document = useStudio((state) => state.document);
  const isDraft = writing.turnId !== null && document.turns.get(writing.turnId)?.draft === true;
  const answerField = useRef<HTMLTextAreaElement>(null);
  const editor = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Its result is not handed on: newer browsers answer with a promise, which React would take for what cleans up.
    editor.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const { text } = writing;
  const change = (part: Partial<WrittenTurn>): void =>
    setWriting(imageId, { ...writing, text: { ...text, ...part } });
  const save = (how: { readonly isDraft: boolean }): void =>
    reporting('It was not saved', () => saveWriting(imageId, how));
  const canSave = text.question.trim() !== '' && text.answer.replaceAll('{seg}', '').trim() !== '';
  return (
    <div ref={editor} className={styles['editor']} role="group" aria-label="Question and answer">
      <Field label="Question">
        {(ids) => (
          <TextArea
            {...ids}
            rows={2}
            value={text.question}
            onChange={(event) => change({ question: event.target.value })}
          />
        )}
      </Field>
      <Field label="Answer" hint="{seg} stands after the words that name a target.">
        {(ids) => (
          <TextArea
            {...ids}
            ref={answerField}
            rows={3}
            value={text.answer}
            onChange={(event) => change({ answer: event.target.value })}
          />
        )}
      </Field>
      <Problems item={itemOf(document, imageId, text)} text={text} onMend={change} />
      <Targets
        imageId={imageId}
        text={text}
        onChange={change}
        caret={() => answerField.current?.selectionStart ?? text.answer.length}
      />
      <div className={styles['actions']}>
        <Button size="small" variant="ghost" onClick={() => setWriting(imageId, null)}>
          Cancel
        </Button>
        {isDraft && (
          <Button size="small" disabled={!canSave} onClick={() => save({ isDraft: true })}>
            Save the draft
          </Button>
        )}
        <Button size="small" variant="primary" disabled={!canSave} onClick={() => save({ isDraft: false })}>
          {isDraft ? 'Save and accept' : 'Save'}
        </Button>
      </div>
    </div>
  );
}

function itemOf(
  document: DocumentState,
  imageId: ImageId,
  { question, answer, targets }: WrittenTurn,
): MuseItem {
  return {
    ...{ question, answer },
    targets: targets.map(({ annotationId, description }) =>
      museTargetOf(document, imageId, { annotationId, description, phrase: '' }),
    ),
  };
}

function Targets({
  imageId,
  text,
  onChange,
  caret,
}: {
  readonly imageId: ImageId;
  readonly text: WrittenTurn;
  readonly onChange: (part: Partial<WrittenTurn>) => void;
  /** Where a new {seg} goes into the answer. */
  readonly caret: () => number;
}) {
  const document = useStudio((state) => state.document);
  const selection = useStudio((state) => state.view.selection);
  const masks = referableTargets(document, imageId).filter(({ annotation }) => annotation.area > 0);
  const named = new Set(text.targets.map(({ annotationId }) => annotationId));
  const next =
    masks.find(({ annotation }) => selection.includes(annotation.id) && !named.has(annotation.id)) ??
    masks.find(({ annotation }) => !named.has(annotation.id));
  const add = (annotationId: AnnotationId): void => {
    const at = caret();
    const before = text.answer.slice(0, at);
    const place = before.split('{seg}').length - 1;
    const mark = before === '' || before.endsWith(' ') ? '{seg}' : ' {seg}';
    const targets = text.targets.toSpliced(place, 0, { annotationId, description: '' });
    onChange({ answer: before + mark + text.answer.slice(at), targets });
  };
  const put = (index: number, target: WrittenTarget): void =>
    onChange({ targets: text.targets.with(index, target) });
  const swap = (index: number, other: number): void => {
    const [a, b] = [text.targets[index], text.targets[other]];
    if (a !== undefined && b !== undefined) onChange({ targets: text.targets.with(index, b).with(other, a) });
  };
  return (
    <div className={styles['targets']}>
      {text.targets.map((target, index) => {
        const mask = masks.find(({ annotation }) => annotation.id === target.annotationId);
        return (
          // A target is where its {seg} is.
          // oxlint-disable-next-line react/no-array-index-key
          <div key={index} className={styles['target']} role="group" aria-label={`Target ${index + 1}`}>
            <Swatch annotation={mask?.annotation ?? null} />
            <Select
              onFocus={() => select([target.annotationId])}
              className={styles['mask']}
              aria-label={`Mask of target ${index + 1}`}
              options={masks.map(({ annotation, shown }) => ({ value: annotation.id, label: shown }))}
              value={target.annotationId}
              onValue={(annotationId) => put(index, { ...target, annotationId })}
            />
            <IconButton
              label="Earlier"
              size="small"
              disabled={index === 0}
              onClick={() => swap(index, index - 1)}
            >
              <ArrowUp size={14} aria-hidden />
            </IconButton>
            <IconButton
              label="Later"
              size="small"
              disabled={index === text.targets.length - 1}
              onClick={() => swap(index, index + 1)}
            >
              <ArrowDown size={14} aria-hidden />
            </IconButton>
            <IconButton
              label="Take this target out"
              size="small"
              onClick={() => onChange({ targets: text.targets.toSpliced(index, 1) })}
            >
              <X size={14} aria-hidden />
            </IconButton>
            <TextInput
              onFocus={() => select([target.annotationId])}
              className={styles['description']}
              aria-label={`Description of target ${index + 1}`}
              placeholder="What tells it from others"
              value={target.description}
              onChange={(event) => put(index, { ...target, description: event.target.value })}
            />
          </div>
        );
      })}
      <Button
        size="small"
        disabled={next === undefined}
        onClick={() => next !== undefined && add(next.annotation.id)}
      >
        <Plus size={14} aria-hidden />
        {next === undefined ? 'No other mask on this image' : `Add {seg} for ${next.shown}`}
      </Button>
    </div>
  );
}

/** What the loaders and the paper would say of it, each with its mend where one click is enough. */
function Problems({
  item,
  text,
  onMend,
}: {
  readonly item: MuseItem;
  readonly text: WrittenTurn;
  readonly onMend: (part: WrittenTurn) => void;
}) {
  const problems = problemsOf(item);
  if (text.question === '' && text.answer === '') return null;
  if (problems.length === 0)
    return (
      <p className={styles['sound']} role="status">
        No rule is broken.
      </p>
    );
  return (
    <ul className={styles['problems']} aria-label="Rules that are broken">
      {problems.map((problem) => {
        const mended = mendedItem(item, problem);
        return (
          <li
            key={`${problem.rule} ${problem.target ?? ''} ${problem.message}`}
            className={styles['problem']}
          >
            <span className={styles['problemText']}>{problem.message}</span>
            {mended !== null && (
              <Button size="small" onClick={() => onMend(writtenOf(mended))}>
                Mend
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function writtenOf({ question, answer, targets }: MuseItem): WrittenTurn {
  return {
    ...{ question, answer },
    // Here an instance is a mask of the project (museTargetOf).
    targets: targets.map(({ instance, description }) => ({
      annotationId: instance as AnnotationId,
      description,
    })),
  };
}

function Swatch({ annotation }: { readonly annotation: AnnotationRecord | null }) {
  const colour = useStudio((state) => (annotation === null ? '#888888' : shownColour(state, annotation)));
  return <span className={styles['swatch']} style={colourStyle('--swatch', colour)} aria-hidden />;
}
