import { SunMedium } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type Tones, isPlain, plainTones, toneCurve } from '../../picture/tones.ts';
import { setCanvas, useCanvas } from '../../store/canvas-session.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Slider } from '../../ui/slider.tsx';
import styles from './clean-up-panel.module.css';

const sliders = [
  { name: 'brightness', label: 'Brightness', minimum: -100, maximum: 100, step: 1 },
  { name: 'contrast', label: 'Contrast', minimum: -100, maximum: 100, step: 1 },
  { name: 'gamma', label: 'Gamma', minimum: 0.2, maximum: 5, step: 0.05 },
] as const satisfies readonly { readonly name: keyof Tones; readonly [key: string]: unknown }[];

/** Brightness, contrast and gamma of the view: what one sees, not what is stored or exported. */
export function TonesPanel() {
  const tones = useCanvas((state) => state.tones);
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <IconButton
          label="Brightness, contrast and gamma of the view"
          size="small"
          isPressed={!isPlain(tones)}
        >
          <SunMedium size={15} aria-hidden />
        </IconButton>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={styles['panel']}
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label="How the picture is shown"
        >
          <div className={styles['form']}>
            {sliders.map(({ name, label, ...range }) => (
              <div key={name}>
                <span>
                  {label}: {Number(tones[name].toFixed(2))}
                </span>
                <Slider
                  {...range}
                  label={label}
                  value={tones[name]}
                  valueText={`${Number(tones[name].toFixed(2))}`}
                  onValue={(value) => setCanvas({ tones: { ...tones, [name]: value } })}
                />
              </div>
            ))}
            <div className={styles['buttons']}>
              <Button size="small" disabled={isPlain(tones)} onClick={() => setCanvas({ tones: plainTones })}>
                As it is
              </Button>
            </div>
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** The filter that the image's layer is drawn through (canvas-scene.ts). */
export function TonesFilter() {
  const tones = useCanvas((state) => state.tones);
  const { slope, intercept, exponent } = toneCurve(tones);
  const linear = { type: 'linear', slope, intercept };
  const power = { type: 'gamma', exponent };
  return (
    <svg width="0" height="0" aria-hidden style={{ position: 'absolute' }}>
      <filter id="view-tones" colorInterpolationFilters="sRGB">
        <feComponentTransfer>
          <feFuncR {...linear} />
          <feFuncG {...linear} />
          <feFuncB {...linear} />
        </feComponentTransfer>
        <feComponentTransfer>
          <feFuncR {...power} />
          <feFuncG {...power} />
          <feFuncB {...power} />
        </feComponentTransfer>
      </filter>
    </svg>
  );
}
