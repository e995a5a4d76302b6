import { ArrowDownUp, ListFilter, SlidersHorizontal } from 'lucide-react';
import { Popover } from 'radix-ui';
import { changeSettings } from '../../store/settings.ts';
import { useStudio } from '../../store/studio.ts';
import type { TargetFilter, TargetListState, TargetSort } from '../../store/target-list.ts';
import { setView } from '../../store/view.ts';
import { IconButton } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/field.tsx';
import { formatPercent } from '../../ui/format.ts';
import { DropdownMenu } from '../../ui/menu.tsx';
import type { MenuItem } from '../../ui/menu-item.ts';
import { Slider } from '../../ui/slider.tsx';
import styles from './targets-panel.module.css';

const sorts: Readonly<Record<TargetSort, string>> = {
  order: 'Paint order',
  name: 'Name',
  category: 'Category',
  area: 'Largest first',
  score: 'Lowest score first',
  newest: 'Newest first',
};
const filters: Readonly<Record<TargetFilter, string>> = {
  all: 'All targets',
  proposed: 'To review',
  accepted: 'Accepted',
  rejected: 'Rejected',
  edited: 'Corrected',
  'by-hand': 'Made by hand',
  hidden: 'Hidden',
};

/** How masks look, which targets are listed, and in which order. */
export function ListControls() {
  const list = useStudio((state) => state.targetList);
  return (
    <>
      <DisplayPopover />
      <DropdownMenu
        align="end"
        trigger={
          <IconButton label={`Filter: ${filters[list.filter]}`} isPressed={list.filter !== 'all'}>
            <ListFilter size={15} aria-hidden />
          </IconButton>
        }
        items={() => choices(filters, list.filter, (filter) => changeList({ filter }))}
      />
      <DropdownMenu
        align="end"
        trigger={
          <IconButton label={`Sort: ${sorts[list.sort]}`}>
            <ArrowDownUp size={15} aria-hidden />
          </IconButton>
        }
        items={() => choices(sorts, list.sort, (sort) => changeList({ sort }))}
      />
    </>
  );
}

export function changeList(part: Partial<TargetListState>): void {
  useStudio.setState((state) => ({ targetList: { ...state.targetList, ...part } }));
}

function choices<Value extends string>(
  labels: Readonly<Record<Value, string>>,
  chosen: Value,
  choose: (value: Value) => void,
): readonly MenuItem[] {
  // Object.entries widens the keys; they are the keys of `labels`.
  return (Object.entries(labels) as [Value, string][]).map(([value, text]) => ({
    kind: 'item',
    text,
    isChecked: value === chosen,
    run: () => choose(value),
  }));
}

function DisplayPopover() {
  const opacity = useStudio((state) => state.settings.maskOpacity);
  const hasPattern = useStudio((state) => state.settings.maskPattern);
  const isOutlineOnly = useStudio((state) => state.view.outlineOnly);
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <IconButton label="How masks look">
          <SlidersHorizontal size={15} aria-hidden />
        </IconButton>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={styles['display']} align="end" sideOffset={4} aria-label="How masks look">
          <div>
            <div className={styles['displayRow']}>
              <span>Mask opacity</span>
              <span className={styles['displayValue']}>{formatPercent(opacity)}</span>
            </div>
            <Slider
              label="Mask opacity"
              value={opacity}
              minimum={0}
              maximum={1}
              step={0.05}
              valueText={formatPercent(opacity)}
              onValue={(maskOpacity) =>
                useStudio.setState((state) => ({ settings: { ...state.settings, maskOpacity } }))
              }
              onRelease={(maskOpacity) => void changeSettings({ maskOpacity })}
            />
          </div>
          <Checkbox
            label="Outlines only"
            isChecked={isOutlineOnly}
            onChecked={(outlineOnly) => setView({ outlineOnly })}
          />
          <Checkbox
            label="Patterns"
            hint="Tells masks apart without colour"
            isChecked={hasPattern}
            onChecked={(maskPattern) => void changeSettings({ maskPattern })}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
