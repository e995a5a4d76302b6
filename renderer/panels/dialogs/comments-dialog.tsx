import type { KeyboardEvent } from 'react';
import { Trash2 } from 'lucide-react';
import {
  type CommentPlace,
  withComment,
  withoutComment,
} from '../../../electron/common/document/comments.ts';
import type { Comment } from '../../../electron/common/document/records.ts';
import { closeDialog } from '../../store/dialogs.ts';
import { commit } from '../../store/edit.ts';
import { useKeptText } from '../../store/kept-texts.ts';
import { type Studio, useStudio } from '../../store/studio.ts';
import { targetTitle } from '../../store/target-titles.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, TextArea } from '../../ui/field.tsx';
import { formatWhen } from '../../ui/format.ts';
import { useNow } from '../../ui/use-now.ts';
import styles from './comments-dialog.module.css';

const longestComment = 10_000;

/** What people wrote beside an image or a target; newest last. */
export function CommentsDialog({ place }: { readonly place: CommentPlace }) {
  const [text, setText] = useKeptText(`comment ${place.id}`);
  const title = useStudio((state) => titleAt(state, place));
  const comments = useStudio((state) => commentsAt(state, place));
  const now = useNow(60_000);
  const add = (): void => {
    if (text.trim() === '') return;
    const at = new Date().toISOString();
    void commit('Add comment', withComment(useStudio.getState().document, place, text, at));
    setText('');
  };
  const remove = (index: number): void => {
    void commit('Delete comment', withoutComment(useStudio.getState().document, place, index));
  };
  return (
    <Dialog
      title={`Comments on ${title}`}
      footer={
        <>
          <Button onClick={closeDialog}>Close</Button>
          <Button variant="primary" disabled={text.trim() === ''} onClick={add}>
            Add comment
          </Button>
        </>
      }
    >
      {comments.length > 0 && (
        <ul className={styles['list']}>
          {comments.map(({ text: words, at }, index) => (
            // Two comments may say the same at the same moment.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={`${at} ${index}`} className={styles['comment']}>
              <div className={styles['words']}>
                <p>{words}</p>
                <span className={styles['when']}>{formatWhen(at, now)}</span>
              </div>
              <IconButton label="Delete comment" size="small" onClick={() => remove(index)}>
                <Trash2 size={14} aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <Field label="New comment" hint="Ctrl+Enter adds it. Found again by the search has:comment.">
        {(ids) => (
          <TextArea
            {...ids}
            data-autofocus
            rows={3}
            maxLength={longestComment}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event: KeyboardEvent) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) add();
            }}
          />
        )}
      </Field>
    </Dialog>
  );
}

const none: readonly Comment[] = [];

function commentsAt({ document }: Pick<Studio, 'document'>, place: CommentPlace): readonly Comment[] {
  const record = place.kind === 'image' ? document.images.get(place.id) : document.annotations.get(place.id);
  return record?.comments ?? none;
}

function titleAt({ document }: Pick<Studio, 'document'>, place: CommentPlace): string {
  if (place.kind === 'image') return document.images.get(place.id)?.name ?? 'an image that is gone';
  const target = document.annotations.get(place.id);
  return target === undefined ? 'a target that is gone' : targetTitle(document, target);
}
