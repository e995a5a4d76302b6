import { Shapes } from 'lucide-react';
import { menuOf } from '../../actions/action-menu.ts';
import { Button } from '../../ui/button.tsx';
import { DropdownMenu } from '../../ui/menu.tsx';
import styles from './tool-options.module.css';

const entries = [
  'mask.union',
  'mask.intersect',
  'mask.subtract',
  'mask.split',
  null,
  'mask.grow',
  'mask.shrink',
  'mask.smooth',
  'mask.fill-holes',
  'mask.remove-islands',
  null,
  'mask.copy',
  'mask.cut',
  'mask.paste',
];

/** What can be done to whole masks. */
export function MaskMenu() {
  return (
    <DropdownMenu
      align="end"
      items={() => menuOf(entries)}
      trigger={
        <Button size="small" variant="ghost" aria-label="Mask">
          <Shapes size={14} aria-hidden />
          <span className={styles['words']}>Mask</span>
        </Button>
      }
    />
  );
}
