import { memo } from 'react';
import { ArrowDownUp, ListFilter } from 'lucide-react';
import { useStudio } from '../../store/studio.ts';
import type { TargetFilter, TargetListState, TargetSort } from '../../store/target-list.ts';
import { IconButton } from '../../ui/button.tsx';
import { DropdownMenu } from '../../ui/menu.tsx';
import type { MenuItem } from '../../ui/menu-item.ts';

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

/** Which targets are listed, and in which order. */
export const ListControls = memo(function ListControls() {
  const list = useStudio((state) => state.targetList);
  return (
    <>
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
});

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
