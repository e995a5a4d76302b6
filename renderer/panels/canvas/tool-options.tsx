import { useStudio } from '../../store/studio.ts';
import { OptionControl } from './option-control.tsx';
import { toolOf } from '../../tools/all-tools.ts';
import { makesTargets } from '../../tools/makes-targets.ts';
import { ClassChoice } from './class-choice.tsx';
import { CleanUpPanel } from './clean-up-panel.tsx';
import { MaskMenu } from './mask-menu.tsx';
import { ViewToggles } from './view-toggles.tsx';
import { useAction } from '../../actions/use-action.ts';
import { toolActionId } from '../../actions/tool-actions.ts';
import styles from './tool-options.module.css';

/** What the tool in hand can be told, and what can be done to the selected masks. */
export function ToolOptions() {
  const tool = useStudio((state) => state.view.tool);
  const { title } = useAction(toolActionId(tool));
  return (
    <div className={styles['bar']} role="toolbar" aria-label="Tool options">
      <span className={styles['name']}>{title}</span>
      {makesTargets(tool) && <ClassChoice />}
      {toolOf(tool).options.map((option) => (
        <OptionControl key={option.id} option={option} />
      ))}
      <div className={styles['tail']}>
        <div className={styles['menus']}>
          <CleanUpPanel />
          <MaskMenu />
        </div>
        <ViewToggles />
      </div>
    </div>
  );
}
