import { activeCategory, chooseCategory, makeCategory, setActiveCategory } from '../../store/label-set.ts';
import { useCanvas } from '../../store/canvas-session.ts';
import { useStudio } from '../../store/studio.ts';
import { reporting } from '../../store/toasts.ts';
import { makesNewTargets } from '../../tools/makes-targets.ts';
import { ClassList } from './class-list.tsx';

/** Choose the class of what is drawn next; what is selected gets it where the number keys would give it. */
export function DrawnClassList({ onDone }: { readonly onDone: () => void }) {
  const active = useStudio(activeCategory);
  const isDrawingNew = (): boolean => makesNewTargets(useStudio.getState().view.tool, useCanvas.getState());
  return (
    <ClassList
      now={active?.id ?? null}
      nowWords="drawn next"
      onChoose={(category) => {
        if (category === null) setActiveCategory(null);
        else reporting('The class was not set', () => chooseCategory(category, isDrawingNew()));
      }}
      onMake={(name) =>
        reporting('The class was not made', async () => {
          const made = await makeCategory(name);
          if (made !== null) await chooseCategory(made, isDrawingNew());
        })
      }
      onDone={onDone}
    />
  );
}
