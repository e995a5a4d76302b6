import { categoryOfKey } from '../../electron/common/document/label-set.ts';
import { saveLabelFile } from '../store/label-file.ts';
import { chooseCategory, repeatLast, setActiveCategory } from '../store/label-set.ts';
import { showToast } from '../store/toasts.ts';
import { openDialog } from '../store/dialogs.ts';
import { useCanvas } from '../store/canvas-session.ts';
import { makesNewTargets } from '../tools/makes-targets.ts';
import { type Action, defineAction } from './registry.ts';

const numberKeys = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

export const classActions: readonly Action[] = [
  ...numberKeys.map((key) =>
    defineAction({
      id: `classes.choose-${key}`,
      title: `Class ${key} for the selection and what is drawn next`,
      group: 'Targets',
      keys: [`${key}`],
      when: (state) => state.view.imageId !== null,
      run: async ({ state }) => {
        const category = categoryOfKey(state.document, key);
        if (category === null) sayWithoutClass(key, state.document.categories.size);
        else await chooseCategory(category, makesNewTargets(state.view.tool, useCanvas.getState()));
      },
    }),
  ),
  defineAction({
    id: 'classes.find',
    title: 'Find a class for what is drawn next…',
    group: 'Targets',
    // Where nothing is selected C means this, else the class of the selection.
    keys: ['shift+c', 'c'],
    when: (state) => state.view.imageId !== null,
    run: () => openDialog({ kind: 'category', annotationIds: [] }),
  }),
  defineAction({
    id: 'classes.none',
    title: 'Draw without a class',
    group: 'Targets',
    when: (state) => state.view.activeCategoryId !== null,
    run: () => setActiveCategory(null),
  }),
  defineAction({
    id: 'classes.save',
    title: 'Save the label set as a file',
    group: 'Project',
    when: (state) => state.document.categories.size > 0,
    run: () => saveLabelFile(),
  }),
  defineAction({
    id: 'classes.repeat-last',
    title: 'Draw another of the last kind',
    group: 'Tools',
    keys: ['shift+r'],
    when: (state) => state.view.lastDrawn !== null,
    run: () => repeatLast(),
  }),
];

/** Whoever presses a number expects a class: silence would leave the next shapes in the one before. */
function sayWithoutClass(key: number, classes: number): void {
  showToast({
    tone: 'info',
    title: `No class has the key ${key}`,
    text:
      classes === 0
        ? 'The project has no classes yet: Shift+C makes one.'
        : `What is drawn next keeps its class. The keys belong to the classes in their order, and there ${classes === 1 ? 'is 1 class' : `are ${classes}`}: Shift+C finds one or makes one.`,
  });
}
