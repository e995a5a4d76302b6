import { Circle, Square, SquareMinus, SquarePlus, SquareStack } from 'lucide-react';
import { useState } from 'react';
import { useAction } from '../../actions/use-action.ts';
import { IconButton } from '../../ui/button.tsx';
import { Slider } from '../../ui/slider.tsx';
import {
  type CanvasSession,
  brushLimits,
  setBrushSize,
  setCanvas,
  useCanvas,
} from '../../store/canvas-session.ts';
import styles from './tool-options.module.css';

/** A slider of 0..1000 covers one pixel to the largest brush, each doubling the same length. */
const sliderSteps = 1_000;
const doublings = Math.log2(brushLimits.largest);

export function BrushSettings() {
  const brush = useCanvas((state) => state.brush);
  const { title, keys } = useAction('tool.brush-shape');
  return (
    <>
      <div className={styles['group']} role="group" aria-label={title}>
        <IconButton
          label="Round brush"
          keys={keys}
          size="small"
          isPressed={brush.shape === 'round'}
          onClick={() => setCanvas({ brush: { ...brush, shape: 'round' } })}
        >
          <Circle size={14} aria-hidden />
        </IconButton>
        <IconButton
          label="Square brush"
          keys={keys}
          size="small"
          isPressed={brush.shape === 'square'}
          onClick={() => setCanvas({ brush: { ...brush, shape: 'square' } })}
        >
          <Square size={14} aria-hidden />
        </IconButton>
      </div>
      <div className={styles['slider']}>
        <Slider
          label="Brush size"
          value={Math.round((Math.log2(brush.size) / doublings) * sliderSteps)}
          minimum={0}
          maximum={sliderSteps}
          step={1}
          valueText={`${brush.size} pixels`}
          onValue={(value) => setBrushSize(2 ** ((value / sliderSteps) * doublings))}
        />
      </div>
      <NumberBox
        label="Brush size in pixels"
        value={brush.size}
        range={{ smallest: brushLimits.smallest, largest: brushLimits.largest }}
        unit="px"
        onValue={setBrushSize}
      />
    </>
  );
}

const combinations = [
  { value: 'add', label: 'Add to the selected target', icon: SquarePlus },
  { value: 'subtract', label: 'Take from the selected target', icon: SquareMinus },
  { value: 'new', label: 'Make a new target', icon: SquareStack },
] as const satisfies readonly { value: CanvasSession['combine']; label: string; icon: unknown }[];

export function CombineChoice() {
  const combine = useCanvas((state) => state.combine);
  return (
    <div className={styles['group']} role="group" aria-label="What the drawn shape does">
      {combinations.map(({ value, label, icon: Icon }) => (
        <IconButton
          key={value}
          label={label}
          size="small"
          isPressed={combine === value}
          onClick={() => setCanvas({ combine: value })}
        >
          <Icon size={15} aria-hidden />
        </IconButton>
      ))}
    </div>
  );
}

export function WandSettings() {
  const wand = useCanvas((state) => state.wand);
  return (
    <>
      <span className={styles['label']}>Tolerance</span>
      <div className={styles['slider']}>
        <Slider
          label="Tolerance"
          value={wand.tolerance}
          minimum={0}
          maximum={255}
          step={1}
          valueText={`${wand.tolerance} of 255`}
          onValue={(tolerance) => setCanvas({ wand: { ...wand, tolerance } })}
        />
      </div>
      <span className={styles['value']}>{wand.tolerance}</span>
      <Tick
        label="Connected only"
        short="Connected"
        isChecked={wand.contiguous}
        onChecked={(contiguous) => setCanvas({ wand: { ...wand, contiguous } })}
      />
    </>
  );
}

export function CornerSettings() {
  const tolerance = useCanvas((state) => state.cornerTolerance);
  return (
    <>
      <span className={styles['label']}>Tolerance</span>
      <NumberBox
        label="How far a line may lie from the mask's border, in pixels"
        value={tolerance}
        range={{ smallest: 0, largest: 50, step: 0.5 }}
        unit="px"
        onValue={(cornerTolerance) => setCanvas({ cornerTolerance })}
      />
    </>
  );
}

export function SparesOthers() {
  const sparesOthers = useCanvas((state) => state.sparesOthers);
  return (
    <Tick
      label="Spare other targets"
      short="Spare others"
      isChecked={sparesOthers}
      onChecked={(isChecked) => setCanvas({ sparesOthers: isChecked })}
    />
  );
}

/** @param short what is shown of the label in a narrow pane */
function Tick({
  label,
  short,
  isChecked,
  onChecked,
}: {
  readonly label: string;
  readonly short: string;
  readonly isChecked: boolean;
  readonly onChecked: (isChecked: boolean) => void;
}) {
  return (
    <label className={styles['tick']}>
      <input
        type="checkbox"
        aria-label={label}
        checked={isChecked}
        onChange={(event) => onChecked(event.target.checked)}
      />
      <span className={styles['full']}>{label}</span>
      <span className={styles['short']}>{short}</span>
    </label>
  );
}

/** A number one can type; what cannot be read is put back when the field is left. */
export function NumberBox({
  label,
  value,
  range,
  unit,
  onValue,
}: {
  readonly label: string;
  readonly value: number;
  readonly range: { readonly smallest: number; readonly largest: number; readonly step?: number };
  readonly unit: string;
  readonly onValue: (value: number) => void;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <span className={styles['number']}>
      <input
        type="number"
        aria-label={label}
        min={range.smallest}
        max={range.largest}
        step={range.step ?? 1}
        value={typed ?? value}
        onChange={(event) => {
          setTyped(event.target.value);
          const number = event.target.valueAsNumber;
          if (Number.isFinite(number) && number >= range.smallest && number <= range.largest) onValue(number);
        }}
        onBlur={() => setTyped(null)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      {unit}
    </span>
  );
}
