import { useState } from 'react';
import { tooMuchToAsk } from '../../../electron/common/asking-many.ts';
import type { ImageId } from '../../../electron/common/document/records.ts';
import { toWireError } from '../../../electron/common/errors.ts';
import { closeDialog, openDialog } from '../../store/dialogs.ts';
import { useKeptText } from '../../store/kept-texts.ts';
import { searchedImages } from '../../store/image-list.ts';
import { askMany, questionsIn } from '../../store/project-jobs.ts';
import { imagesInOrder } from '../../../electron/common/document/views.ts';
import { useStudio } from '../../store/studio.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, TextArea } from '../../ui/field.tsx';
import { counted } from '../../ui/format.ts';
import { RadioGroup } from '../../ui/radio-group.tsx';
import styles from './dialogs.module.css';

type Scope = 'chosen' | 'listed' | 'all' | 'unasked';

/**
 * One or several questions to many images, as a job of the project: those picked beforehand (`chosen`, null for none), those that the search of
 * the list left over, or the project's.
 */
export function AskManyDialog({ chosen }: { readonly chosen: readonly ImageId[] | null }) {
  const [text, setText] = useKeptText('questions to many images');
  const search = useStudio(({ imageList }) => imageList.search.trim());
  const listed = useStudio(searchedImages);
  const [scope, setScope] = useState<Scope>(
    chosen !== null ? 'chosen' : listed !== null && listed.length > 0 ? 'listed' : 'all',
  );
  const [problem, setProblem] = useState<string | null>(null);
  const [isStarting, setIsStarting] = useState(false);
  const all = useStudio(({ document }) => imagesInOrder(document.images));
  const turns = useStudio(({ document }) => document.turns);
  const asked = new Set([...turns.values()].map(({ imageId }) => imageId));
  const unasked = all.flatMap(({ id }) => (asked.has(id) ? [] : [id]));
  const imageIds = { chosen, listed: listed?.map(({ id }) => id) ?? null, all: null, unasked }[scope];
  const imageCount = imageIds?.length ?? all.length;
  const questions = questionsIn(text);
  const tooMuch = tooMuchToAsk(questions, imageCount);
  const start = async (): Promise<void> => {
    setIsStarting(true);
    try {
      await askMany(imageIds, questions);
      setText('');
      openDialog({ kind: 'jobs' });
    } catch (thrown) {
      setProblem(toWireError(thrown).message);
      setIsStarting(false);
    }
  };
  return (
    <Dialog
      title="Ask about many images"
      description="Every question is put to every image on its own, not as a follow-up. Answers join each image's conversation, and their masks wait for your review. You can go on working meanwhile."
      footer={
        <>
          <span className={styles['grow']}>
            {questions.length > 0 && imageCount > 0 && (
              <span className={styles['muted']}>
                {counted(questions.length, 'question')} × {counted(imageCount, 'image')} ={' '}
                {counted(questions.length * imageCount, 'answer')}
              </span>
            )}
          </span>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button
            variant="primary"
            disabled={questions.length === 0 || imageCount === 0 || tooMuch !== null || isStarting}
            onClick={() => void start()}
          >
            Ask
          </Button>
        </>
      }
    >
      <div className={styles['stack']}>
        <Field label="Questions" hint="One a line." problem={tooMuch ?? problem}>
          {(ids) => (
            <TextArea
              {...ids}
              data-autofocus
              rows={5}
              placeholder={'What can I drink from?\nSegment everything that is red.'}
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                setProblem(null);
              }}
            />
          )}
        </Field>
        <RadioGroup
          legend="Images"
          value={scope}
          options={[
            ...(chosen === null
              ? []
              : [
                  { value: 'chosen' as const, label: `The chosen ones (${counted(chosen.length, 'image')})` },
                ]),
            ...(listed === null
              ? []
              : [
                  {
                    value: 'listed' as const,
                    label: `Those listed for “${search}” (${counted(listed.length, 'image')})`,
                  },
                ]),
            { value: 'all', label: `All of the project (${counted(all.length, 'image')})` },
            {
              value: 'unasked',
              label: `Those nobody asked about yet (${counted(unasked.length, 'image')})`,
            },
          ]}
          onValue={setScope}
        />
      </div>
    </Dialog>
  );
}
