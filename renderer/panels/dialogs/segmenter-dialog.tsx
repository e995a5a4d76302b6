import { type ComponentProps, useEffect, useState } from 'react';
import { CircleCheck } from 'lucide-react';
import { toWireError } from '../../../electron/common/errors.ts';
import type { SegmenterDescription } from '../../../native-models/shapes.ts';
import { closeDialog } from '../../store/dialogs.ts';
import { forgetSegmenter, readSegmenter, takeSegmenter } from '../../store/segmenter.ts';
import { useStudio } from '../../store/studio.ts';
import { reporting } from '../../store/toasts.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import styles from './dialogs.module.css';
import { PathField } from './path-field.tsx';

type Look =
  | { readonly state: 'idle' }
  | { readonly state: 'looking' }
  | { readonly state: 'known'; readonly description: SegmenterDescription }
  | { readonly state: 'refused'; readonly why: string };

/** Where a person brings the two files of a SAM-like model; what they are is said before they are taken. */
export function SegmenterDialog() {
  const files = useStudio((state) => state.settings.segmenter);
  const [encoder, setEncoder] = useState(files?.encoder ?? '');
  const [decoder, setDecoder] = useState(files?.decoder ?? '');
  const [look, setLook] = useState<Look>({ state: files === null ? 'idle' : 'looking' });
  useEffect(() => {
    if (files === null) return;
    tellInto(setLook, readSegmenter());
    // Once, for the files that stood when it was opened: those taken later tell themselves.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  const isWhole = encoder.trim() !== '' && decoder.trim() !== '';
  const take = (): void => {
    tellInto(setLook, takeSegmenter({ encoder: encoder.trim(), decoder: decoder.trim() }));
  };
  const forget = async (): Promise<void> => {
    await forgetSegmenter();
    setEncoder('');
    setDecoder('');
    setLook({ state: 'idle' });
  };
  return (
    <Dialog
      title="Point at objects"
      description="The tool for points and boxes runs a Segment Anything model that you bring as two ONNX files: SAM, SAM-HQ, MobileSAM, EdgeSAM, EfficientSAM, SAM 2 or SAM 3. They run on this machine; nothing is sent anywhere."
      footer={
        <>
          {files !== null && (
            <Button onClick={() => reporting('The files were not let go', forget)}>Use none</Button>
          )}
          {look.state === 'known' ? (
            <Button variant="primary" onClick={closeDialog}>
              Done
            </Button>
          ) : (
            <Button variant="primary" disabled={!isWhole || look.state === 'looking'} onClick={take}>
              {look.state === 'looking' ? 'Looking at them…' : 'Use these files'}
            </Button>
          )}
        </>
      }
    >
      <div className={styles['stack']}>
        <GraphField
          label="Encoder"
          hint="Reads the picture, once for each. Often called …encoder.onnx."
          path={encoder}
          onPath={(path) => {
            setEncoder(path);
            setLook({ state: 'idle' });
          }}
        />
        <GraphField
          label="Decoder"
          hint="Turns points and boxes into a mask. Often called …decoder.onnx."
          path={decoder}
          onPath={(path) => {
            setDecoder(path);
            setLook({ state: 'idle' });
          }}
        />
        <Told look={look} />
      </div>
    </Dialog>
  );
}

function tellInto(setLook: (look: Look) => void, reading: Promise<SegmenterDescription | null>): void {
  setLook({ state: 'looking' });
  reading
    .then((description) =>
      setLook(description === null ? { state: 'idle' } : { state: 'known', description }),
    )
    .catch((thrown: unknown) => setLook({ state: 'refused', why: toWireError(thrown).message }));
}

function Told({ look }: { readonly look: Look }) {
  if (look.state === 'refused')
    return (
      <p className={styles['problem']} role="alert">
        {look.why}
      </p>
    );
  if (look.state !== 'known') return null;
  const { words, side, takesBoxes, takesOutside } = look.description;
  const limits = [
    ...(takesBoxes ? [] : ['no boxes']),
    ...(takesOutside ? [] : ['no points beside the object']),
  ];
  return (
    <p className={styles['known']} role="status">
      <CircleCheck size={15} aria-hidden />
      <span>
        {words}. Looks at pictures at {side} × {side} pixels
        {limits.length === 0 ? '.' : `; takes ${limits.join(' and ')}.`}
      </span>
    </p>
  );
}

function GraphField(field: Omit<ComponentProps<typeof PathField>, 'wish' | 'failure'>) {
  const { label } = field;
  return (
    <PathField
      {...field}
      wish={{ title: `Choose the ${label.toLowerCase()}`, want: 'graph' }}
      failure="No file was chosen"
    />
  );
}
