import { assertNever } from '../../../electron/common/errors.ts';
import { useAction } from '../../actions/use-action.ts';
import { setCanvas, useCanvas } from '../../store/canvas-session.ts';
import type { ChoiceOption, FlagOption, NumberOption, ToolOption } from '../../tools/tool-option.ts';
import { IconButton } from '../../ui/button.tsx';
import { Slider } from '../../ui/slider.tsx';
import { NumberBox } from './number-box.tsx';
import styles from './tool-options.module.css';

/** The control of an option that a tool described. */
export function OptionControl({ option }: { readonly option: ToolOption }) {
  switch (option.kind) {
    case 'number':
      return <NumberControl option={option} />;
    case 'flag':
      return <FlagControl option={option} />;
    case 'choice':
      return <ChoiceControl option={option} />;
    default:
      return assertNever(option);
  }
}

/** A slider of 0..1000 for a value whose doublings are equally long. */
const sliderSteps = 1_000;

function NumberControl({ option }: { readonly option: NumberOption }) {
  const value = useCanvas(option.read);
  const set = (next: number): void => setCanvas(option.write(useCanvas.getState(), next));
  const words = option.unit === '' ? `${value} of ${option.maximum}` : `${value} ${option.unit}`;
  const doublings = Math.log2(option.maximum / option.minimum);
  const isDoubling = option.scale === 'doubling';
  return (
    <>
      {option.short !== '' && <span className={styles['label']}>{option.short}</span>}
      {option.control !== 'box' && (
        <div className={styles['slider']}>
          <Slider
            label={option.label}
            value={
              isDoubling ? Math.round((Math.log2(value / option.minimum) / doublings) * sliderSteps) : value
            }
            minimum={isDoubling ? 0 : option.minimum}
            maximum={isDoubling ? sliderSteps : option.maximum}
            step={isDoubling ? 1 : option.step}
            valueText={words}
            onValue={(at) => set(isDoubling ? option.minimum * 2 ** ((at / sliderSteps) * doublings) : at)}
          />
        </div>
      )}
      {option.control === 'slider' ? (
        <span className={styles['value']}>{value}</span>
      ) : (
        <NumberBox
          label={option.control === 'both' ? `${option.label} in pixels` : option.label}
          value={value}
          range={{ smallest: option.minimum, largest: option.maximum, step: option.step }}
          unit={option.unit}
          onValue={set}
        />
      )}
    </>
  );
}

function FlagControl({ option }: { readonly option: FlagOption }) {
  const isOn = useCanvas(option.read);
  return (
    <label className={styles['tick']}>
      <input
        type="checkbox"
        aria-label={option.label}
        checked={isOn}
        onChange={(event) => setCanvas(option.write(useCanvas.getState(), event.target.checked))}
      />
      <span className={styles['full']}>{option.label}</span>
      <span className={styles['short']}>{option.short}</span>
    </label>
  );
}

function ChoiceControl({ option }: { readonly option: ChoiceOption }) {
  const chosen = useCanvas(option.read);
  const { keys } = useAction(option.action ?? '');
  return (
    <div className={styles['group']} role="group" aria-label={option.label}>
      {option.choices.map(({ value, label, icon: Icon }) => (
        <IconButton
          key={value}
          label={label}
          keys={keys}
          size="small"
          isPressed={chosen === value}
          onClick={() => setCanvas(option.write(useCanvas.getState(), value))}
        >
          <Icon size={15} aria-hidden />
        </IconButton>
      ))}
    </div>
  );
}
