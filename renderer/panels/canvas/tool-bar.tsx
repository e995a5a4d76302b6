import { type KeyboardEvent, Fragment } from 'react';
import { useAction } from '../../actions/use-action.ts';
import { toolActionId } from '../../actions/tool-actions.ts';
import { useStudio } from '../../store/studio.ts';
import { toolGroups } from '../../tools/all-tools.ts';
import type { ToolDescription } from '../../tools/tool-description.ts';
import { classNames } from '../../ui/class-names.ts';
import { Tooltip } from '../../ui/tooltip.tsx';
import styles from './tool-bar.module.css';

/** One stop of the Tab key; the arrows go from tool to tool, as in any tool bar. */
export function ToolBar() {
  return (
    <div
      className={styles['bar']}
      role="toolbar"
      aria-label="Tools"
      aria-orientation="vertical"
      tabIndex={-1}
      onKeyDown={moveFocus}
    >
      {toolGroups().map((group, index) => (
        <Fragment key={group[0]?.id}>
          {index > 0 && <hr className={styles['line']} />}
          {group.map((tool) => (
            <ToolButton key={tool.id} tool={tool} />
          ))}
        </Fragment>
      ))}
    </div>
  );
}

function ToolButton({ tool }: { readonly tool: ToolDescription }) {
  const isChosen = useStudio((state) => state.view.tool === tool.id);
  const { title, keys, isAvailable, run } = useAction(toolActionId(tool.id));
  const Icon = tool.icon;
  return (
    <Tooltip text={title} keys={keys} side="right">
      <button
        type="button"
        className={classNames(styles['tool'], isChosen && styles['chosen'])}
        aria-label={title}
        aria-pressed={isChosen}
        aria-disabled={!isAvailable}
        tabIndex={isChosen ? 0 : -1}
        onClick={run}
      >
        <Icon size={17} strokeWidth={1.75} aria-hidden />
      </button>
    </Tooltip>
  );
}

function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -1_000, End: 1_000 }[event.key];
  if (step === undefined) return;
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  const wanted = Math.min(buttons.length - 1, Math.max(0, at + step));
  buttons[wanted]?.focus();
  event.preventDefault();
  event.stopPropagation();
}
