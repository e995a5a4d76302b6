import { Circle, Square, SquareMinus, SquarePlus, SquareStack } from 'lucide-react';
import { brushLimits, clampedBrushSize } from '../store/canvas-session.ts';
import type { ChoiceOption, FlagOption, NumberOption } from './tool-option.ts';

/** Options that several tools read. */

export const brushShape: ChoiceOption = {
  kind: 'choice',
  id: 'brush.shape',
  label: 'Round or square brush',
  short: '',
  choices: [
    { value: 'round', label: 'Round brush', icon: Circle },
    { value: 'square', label: 'Square brush', icon: Square },
  ],
  action: 'tool.brush-shape',
  read: ({ brush }) => brush.shape,
  write: ({ brush }, value) => ({ brush: { ...brush, shape: value === 'square' ? 'square' : 'round' } }),
};

export const brushSize: NumberOption = {
  kind: 'number',
  id: 'brush.size',
  label: 'Brush size',
  short: '',
  minimum: brushLimits.smallest,
  maximum: brushLimits.largest,
  step: 1,
  unit: 'px',
  scale: 'doubling',
  control: 'both',
  read: ({ brush }) => brush.size,
  write: ({ brush }, value) => ({ brush: { ...brush, size: clampedBrushSize(value) } }),
};

export const combine: ChoiceOption = {
  kind: 'choice',
  id: 'combine',
  label: 'What the drawn shape does',
  short: '',
  choices: [
    { value: 'new', label: 'Make a new target', icon: SquareStack },
    { value: 'add', label: 'Add to the selected target', icon: SquarePlus },
    { value: 'subtract', label: 'Take from the selected target', icon: SquareMinus },
  ],
  action: null,
  read: ({ combine }) => combine,
  write: (_, value) => ({ combine: value === 'subtract' || value === 'add' ? value : 'new' }),
};

export const sparesOthers: FlagOption = {
  kind: 'flag',
  id: 'spares-others',
  label: 'Spare other targets',
  short: 'Spare others',
  read: ({ sparesOthers }) => sparesOthers,
  write: (_, isOn) => ({ sparesOthers: isOn }),
};
