import { Grid3x3, Hash, SquareDashed } from 'lucide-react';
import { useAction } from '../../actions/use-action.ts';
import { useStudio } from '../../store/studio.ts';
import { changeSettings } from '../../store/settings.ts';
import { ActionButton } from '../../actions/action-button.tsx';
import { Slider } from '../../ui/slider.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { useCanvas } from '../../store/canvas-session.ts';
import { TonesPanel } from './tones-panel.tsx';
import styles from './tool-options.module.css';

/** How masks look: opacity, outlines, patterns. */
export function ViewToggles() {
  const outlineOnly = useStudio((state) => state.view.outlineOnly);
  const hasPatterns = useStudio((state) => state.settings.maskPattern);
  const pixelGrid = useCanvas((state) => state.pixelGrid);
  return (
    <div className={styles['group']} role="group" aria-label="How masks look">
      <Opacity />
      <ActionButton
        action="canvas.outline-only"
        icon={<SquareDashed size={15} />}
        size="small"
        isPressed={outlineOnly}
      />
      <ActionButton
        action="view.mask-pattern"
        icon={<Hash size={15} />}
        size="small"
        isPressed={hasPatterns}
      />
      <TonesPanel />
      <ActionButton
        action="canvas.pixel-grid"
        icon={<Grid3x3 size={15} />}
        size="small"
        isPressed={pixelGrid}
      />
    </div>
  );
}

function Opacity() {
  const opacity = useStudio((state) => state.settings.maskOpacity);
  const { keys } = useAction('canvas.more-opacity');
  return (
    <Tooltip text="Opacity of masks" keys={keys}>
      <div className={styles['opacity']}>
        <Slider
          label="Opacity of masks"
          value={Math.round(opacity * 100)}
          minimum={5}
          maximum={100}
          step={1}
          valueText={`${Math.round(opacity * 100)} %`}
          onValue={(value) =>
            useStudio.setState((state) => ({ settings: { ...state.settings, maskOpacity: value / 100 } }))
          }
          onRelease={(value) => void changeSettings({ maskOpacity: value / 100 })}
        />
      </div>
    </Tooltip>
  );
}
