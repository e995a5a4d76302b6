import { annotationsOf } from '../../../electron/common/document/views.ts';
import { menuOf } from '../../actions/action-menu.ts';
import { targetMenu } from '../../actions/target-menu.ts';
import { imagePoint } from '../../../electron/common/geometry.ts';
import { targetsAt } from '../../picture/hit-test.ts';
import { useStudio } from '../../store/studio.ts';
import { targetTitles } from '../../store/target-titles.ts';
import { select } from '../../store/view.ts';
import type { MenuItem } from '../../ui/menu-item.ts';

/** What the picture's menu offers: about the masks under the pointer, else about the view. A mask that is not selected is selected by it. */
export function canvasMenu(): readonly MenuItem[] {
  const { document, view } = useStudio.getState();
  const hits =
    view.cursor === null ? [] : targetsAt(annotationsOf(document, view.imageId), imagePoint(view.cursor));
  const [top] = hits;
  if (top === undefined) return menuOf(beside);
  const active = view.selection.find((id) => hits.includes(id)) ?? top;
  if (!view.selection.includes(active)) select([active]);
  const titles = targetTitles(document, view.imageId);
  const others = hits.filter((id) => id !== active);
  const beneath: readonly MenuItem[] =
    others.length === 0
      ? []
      : [
          { kind: 'separator' },
          ...others.map(
            (id): MenuItem => ({
              kind: 'item',
              text: `Select ${titles.get(id) ?? 'the target beneath'}`,
              run: () => select([id]),
            }),
          ),
        ];
  return [...targetMenu(), ...beneath];
}

const beside = [
  'canvas.fit',
  'canvas.actual-size',
  'canvas.outline-only',
  'view.mask-pattern',
  null,
  'targets.select-all',
  'mask.paste',
  null,
  'images.comment',
  'images.mark-done',
  'images.next',
  'images.previous',
] as const;
