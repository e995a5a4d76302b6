import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { AnnotationId, ImageId } from '../../electron/common/document/records.ts';
import { type Draft, mentionAt, retyped, withReference } from '../store/draft.ts';
import { type ReferableTarget, matchingTargets, referableTargets } from '../store/referable-targets.ts';
import { shownColour } from '../store/shown-colour.ts';
import { useStudio } from '../store/studio.ts';
import { hover } from '../store/view.ts';
import { GrowingTextArea, type Mark } from '../ui/growing-text-area.tsx';
import { mostListed, ReferenceList } from './reference-list.tsx';

/**
 * Where a question is typed. "@" lists the image's targets (a combobox: arrows, Enter or Tab to choose, Escape to go on typing); the one
 * chosen stands in the question as words in its mask's colour, and goes as a whole when it is deleted.
 */
export function QuestionField({
  id,
  label,
  imageId,
  draft,
  isFocusedAtStart = false,
  onDraft,
  onEnter,
  onEscape,
}: {
  readonly id: string;
  readonly label: string;
  readonly imageId: ImageId;
  readonly draft: Draft;
  readonly isFocusedAtStart?: boolean;
  readonly onDraft: (draft: Draft) => void;
  readonly onEnter: () => void;
  readonly onEscape?: () => void;
}) {
  const area = useRef<HTMLTextAreaElement>(null);
  const mention = useMention(draft.text);
  const targets = useMentionedTargets(imageId, mention.query);
  const listed = targets.slice(0, mostListed);
  const active = Math.min(mention.active, listed.length - 1);
  // Nothing found for what was typed: it was only a sign.
  const isOpen = mention.query !== null && (listed.length > 0 || mention.query === '');
  useLitMask(isOpen ? (listed[active]?.annotation.id ?? null) : null);

  const choose = (target: ReferableTarget): void => {
    if (area.current === null || mention.start === null) return;
    const place = { start: mention.start, end: area.current.selectionStart };
    mention.close();
    onDraft(put(area.current, draft, place, target));
  };
  const steer = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const current = listed[active];
    if (!isOpen) selectWholeReference(event, draft);
    else if (event.key === 'Escape') mention.close();
    else if (current === undefined) return;
    else if (event.key === 'ArrowDown') mention.setActive((active + 1) % listed.length);
    else if (event.key === 'ArrowUp') mention.setActive((active - 1 + listed.length) % listed.length);
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') choose(current);
    else return;
    if (isOpen) event.preventDefault();
  };
  const listId = `${id}-targets`;
  return (
    <ReferenceList
      id={listId}
      targets={targets}
      active={active}
      isOpen={isOpen}
      onActive={mention.setActive}
      onChoose={choose}
      onClose={mention.close}
    >
      <div>
        <GrowingTextArea
          id={id}
          area={area}
          label={label}
          placeholder={label}
          value={draft.text}
          marks={useMarks(draft)}
          isFocusedAtStart={isFocusedAtStart}
          aria-autocomplete="list"
          aria-haspopup="listbox"
          {...(isOpen && {
            role: 'combobox',
            'aria-expanded': true,
            'aria-controls': listId,
            'aria-activedescendant': `${listId}-${active}`,
          })}
          onSelect={(event) => mention.look(event.currentTarget)}
          onBlur={mention.close}
          onValue={(text) => onDraft(retyped(draft, text))}
          onKeyFirst={steer}
          onEnter={onEnter}
          {...(onEscape === undefined ? {} : { onEscape })}
        />
      </div>
    </ReferenceList>
  );
}

/** The "@" being typed, and which target of the list is the active one. */
function useMention(text: string) {
  const [caret, setCaret] = useState<number | null>(null);
  const [active, setActive] = useState(0);
  /** The "@" whose list was closed: it stays closed until another one is typed. */
  const [closed, setClosed] = useState<number | null>(null);
  const found = caret === null ? null : mentionAt(text, caret);
  const isShown = found !== null && found.start !== closed;
  return {
    start: isShown ? found.start : null,
    query: isShown ? found.query : null,
    active,
    setActive,
    look: (area: HTMLTextAreaElement): void => {
      const at = area.selectionStart === area.selectionEnd ? area.selectionEnd : null;
      const next = at === null ? null : mentionAt(area.value, at);
      if (next?.query !== found?.query) setActive(0);
      if (next === null) setClosed(null);
      setCaret(at);
    },
    close: (): void => setClosed(found?.start ?? null),
  };
}

function useMentionedTargets(imageId: ImageId, query: string | null): readonly ReferableTarget[] {
  const isLooking = query !== null;
  // Null while nothing is looked for: then no change of the document renders the field.
  const document = useStudio((state) => (isLooking ? state.document : null));
  const targets = useMemo(
    () => (document === null ? [] : referableTargets(document, imageId)),
    [document, imageId],
  );
  return useMemo(() => matchingTargets(targets, query ?? ''), [targets, query]);
}

/** The mask of the active line lights up on the picture: that is how one tells "cup 1" from "cup 2". */
function useLitMask(id: AnnotationId | null): void {
  useEffect(() => {
    if (id === null) return undefined;
    hover(id);
    return () => hover(null);
  }, [id]);
}

function useMarks({ references }: Draft): readonly Mark[] {
  const colours = useStudio(
    useShallow((state) =>
      references.map(({ annotationId }) => {
        const target = state.document.annotations.get(annotationId);
        return target === undefined ? null : shownColour(state, target);
      }),
    ),
  );
  return references.map(({ start, end }, index) => ({ start, end, colour: colours[index] ?? null }));
}

/** Backspace after a reference, or Delete before it, takes all of it: half a name means nothing. */
function selectWholeReference(event: KeyboardEvent<HTMLTextAreaElement>, draft: Draft): void {
  const { selectionStart: caret, selectionEnd } = event.currentTarget;
  if (caret !== selectionEnd || (event.key !== 'Backspace' && event.key !== 'Delete')) return;
  const reference = draft.references.find(
    ({ start, end }) => (event.key === 'Delete' ? start : end) === caret,
  );
  if (reference !== undefined) event.currentTarget.setSelectionRange(reference.start, reference.end);
}

/** Writes a reference into the field, as one step of the field's own undo. @returns the draft as it is then */
function put(
  area: HTMLTextAreaElement,
  draft: Draft,
  place: { readonly start: number; readonly end: number },
  target: ReferableTarget,
): Draft {
  const { shown, words, annotation } = target;
  const { draft: next, inserted } = withReference(draft, place, {
    shown,
    words,
    annotationId: annotation.id,
  });
  area.focus();
  area.setSelectionRange(place.start, place.end);
  // Old, but the only way to write into a field that its own undo knows. What it types arrives as plain words first.
  document.execCommand('insertText', false, inserted);
  return next;
}
