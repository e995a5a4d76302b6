import {
  ChevronDown,
  CircleHelp,
  Download,
  MessageSquare,
  PanelLeft,
  PanelRight,
  Redo2,
  Search,
  Settings,
  Undo2,
} from 'lucide-react';
import { useAction } from '../actions/use-action.ts';
import { useStudio } from '../store/studio.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { ActionButton } from '../actions/action-button.tsx';
import { DropdownMenu } from '../ui/menu.tsx';
import { menuOf } from '../actions/action-menu.ts';
import { ModelButton } from './model-button.tsx';
import styles from './top-bar.module.css';

export function TopBar() {
  const name = useStudio((state) => state.document.project?.name ?? '');
  return (
    <header className={styles['bar']}>
      <h1 className="visually-hidden">{name}</h1>
      <DropdownMenu
        trigger={
          <Button variant="ghost" className={styles['project']}>
            <span className={styles['name']}>{name}</span>
            <ChevronDown size={14} aria-hidden />
          </Button>
        }
        items={() =>
          menuOf([
            'project.new',
            'project.open',
            null,
            'images.add',
            'images.add-folder',
            'images.add-from-disk',
            null,
            'project.import',
            'project.export',
            null,
            'muse.generate',
            'muse.check',
            'muse.statistics',
            'muse.compare',
            'muse.browse',
            null,
            'project.categories',
            'project.import-labels',
            'project.jobs',
            null,
            'project.rename',
            'project.close',
            'project.delete',
          ])
        }
      />
      <div className={styles['divider']} />
      <UndoButtons />
      <div className={styles['space']} />
      <ModelButton />
      <div className={styles['divider']} />
      <FoldButtons />
      <div className={styles['divider']} />
      <ActionButton action="view.palette" icon={<Search size={16} aria-hidden />} />
      <ActionButton action="view.settings" icon={<Settings size={16} aria-hidden />} />
      <DropdownMenu
        align="end"
        trigger={
          <Button variant="ghost" aria-label="Help">
            <CircleHelp size={16} aria-hidden />
          </Button>
        }
        items={() => menuOf(['help.shortcuts', 'help.about'])}
      />
      <ExportButton />
    </header>
  );
}

function FoldButtons() {
  const folded = useStudio((state) => state.folded);
  return (
    <>
      <ActionButton
        action="view.fold-images"
        isPressed={!folded.images}
        icon={<PanelLeft size={16} aria-hidden />}
      />
      <ActionButton
        action="view.fold-conversation"
        isPressed={!folded.conversation}
        icon={<MessageSquare size={16} aria-hidden />}
      />
      <ActionButton
        action="view.fold-side"
        isPressed={!folded.side}
        icon={<PanelRight size={16} aria-hidden />}
      />
    </>
  );
}

/** By themselves: every edit names another step, and the rest of the bar stays as it is. */
function UndoButtons() {
  const undoLabel = useStudio((state) => state.history.undo.at(-1)?.label);
  const redoLabel = useStudio((state) => state.history.redo.at(-1)?.label);
  const undo = useAction('edit.undo');
  const redo = useAction('edit.redo');
  return (
    <>
      <IconButton
        label={undoLabel === undefined ? 'Undo' : `Undo ${undoLabel}`}
        keys={undo.keys}
        disabled={!undo.isAvailable}
        onClick={undo.run}
      >
        <Undo2 size={16} aria-hidden />
      </IconButton>
      <IconButton
        label={redoLabel === undefined ? 'Redo' : `Redo ${redoLabel}`}
        keys={redo.keys}
        disabled={!redo.isAvailable}
        onClick={redo.run}
      >
        <Redo2 size={16} aria-hidden />
      </IconButton>
    </>
  );
}

function ExportButton() {
  const { run, isAvailable } = useAction('project.export');
  return (
    <Button variant="primary" disabled={!isAvailable} onClick={run}>
      <Download size={14} aria-hidden />
      Export
    </Button>
  );
}
