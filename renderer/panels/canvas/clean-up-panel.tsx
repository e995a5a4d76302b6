import { useEffect, useMemo, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { Sparkles } from 'lucide-react';
import { Popover } from 'radix-ui';
import { selectedTargets } from '../../actions/target-actions.ts';
import { useAction } from '../../actions/use-action.ts';
import { CleanUpSession, type CleanUpKind, cleanUps } from '../../tools/clean-up.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { Slider } from '../../ui/slider.tsx';
import { setCanvas, useCanvas } from '../../store/canvas-session.ts';
import { useStudio } from '../../store/studio.ts';
import { currentCanvas } from '../../canvas/current-canvas.ts';
import { NumberBox } from './number-box.tsx';
import styles from './clean-up-panel.module.css';
import bar from './tool-options.module.css';

/** Grow, shrink, smooth, fill holes, remove islands: seen on the picture while the number changes. */
export function CleanUpPanel() {
  const isOpen = useCanvas((state) => state.isCleaningUp);
  const { isAvailable } = useAction('mask.clean-up');
  return (
    <Popover.Root open={isOpen && isAvailable} onOpenChange={(isCleaningUp) => setCanvas({ isCleaningUp })}>
      <Popover.Trigger asChild>
        <Button size="small" variant="ghost" disabled={!isAvailable} aria-label="Clean up">
          <Sparkles size={14} aria-hidden />
          <span className={bar['words']}>Clean up</span>
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={styles['panel']}
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Clean up the selected masks"
          // The picture stays usable beside it: the preview is what the panel is for.
          onInteractOutside={(event) => event.preventDefault()}
        >
          <CleanUpForm />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

const [firstKind] = cleanUps as readonly [CleanUpKind, ...CleanUpKind[]];

function CleanUpForm() {
  const [kind, setKind] = useState<CleanUpKind>(firstKind);
  const [amount, setAmount] = useState(kind.initial);
  const session = useCleanUpSession();
  const choose = (next: CleanUpKind, nextAmount: number): void => {
    setKind(next);
    setAmount(nextAmount);
  };
  useEffect(() => {
    session?.ask({ kind: kind.kind, amount });
  }, [session, kind, amount]);
  const close = (): void => setCanvas({ isCleaningUp: false });
  const apply = async (): Promise<void> => {
    await session?.apply(kind.title);
    close();
  };
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault();
        void apply();
      }}
    >
      <Select
        aria-label="What to do"
        options={cleanUps.map((each) => ({ value: each.kind, label: each.title }))}
        value={kind.kind}
        onValue={(value) => {
          const next = cleanUps.find((each) => each.kind === value) ?? firstKind;
          choose(next, next.initial);
        }}
      />
      <Slider
        label={`${kind.title}: ${kind.unit}`}
        value={amount}
        minimum={1}
        maximum={kind.largest}
        step={1}
        valueText={`${amount} ${kind.unit}`}
        onValue={(value) => choose(kind, value)}
      />
      <NumberBox
        label={`${kind.title}: ${kind.unit}`}
        value={amount}
        range={{ smallest: 1, largest: kind.largest }}
        unit={kind.unit}
        onValue={(value) => choose(kind, value)}
      />
      <div className={styles['buttons']}>
        <Button size="small" onClick={close}>
          Cancel
        </Button>
        <Button size="small" variant="primary" type="submit">
          Apply
        </Button>
      </div>
    </form>
  );
}

/** About the targets that are selected, with the masks that they have: of other ones it begins anew. Closing the panel takes the preview away. */
function useCleanUpSession(): CleanUpSession | null {
  const masks = useStudio(useShallow((state) => selectedTargets(state).map(({ mask }) => mask)));
  const session = useMemo(() => (masks.length === 0 ? null : startSession()), [masks]);
  useEffect(() => () => session?.drop(), [session]);
  return session;
}

function startSession(): CleanUpSession | null {
  const workbench = currentCanvas()?.workbench;
  return workbench === undefined ? null : new CleanUpSession(workbench);
}
