import { providerRequests } from '../../../native-models/names.ts';
import type { Settings } from '../../../electron/common/settings.ts';
import { openDialog } from '../../store/dialogs.ts';
import { changeSettings } from '../../store/settings.ts';
import { useStudio } from '../../store/studio.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Checkbox, Field, Select } from '../../ui/field.tsx';
import { formatPercent } from '../../ui/format.ts';
import { Slider } from '../../ui/slider.tsx';
import { deviceName } from '../../store/device-name.ts';
import styles from './dialogs.module.css';
import { KeyMapField } from './key-map-field.tsx';

const themes = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

const colourings = [
  { value: 'target', label: 'One for each target' },
  { value: 'class', label: 'One for each class' },
] as const;
const labellings = [
  { value: 'never', label: 'Never' },
  { value: 'hovered', label: 'Of the target pointed at and the selected ones' },
  { value: 'always', label: 'Of all targets' },
] as const;
const wheels = [
  { value: 'zoom', label: 'Zooms' },
  { value: 'pan', label: 'Moves the picture' },
] as const;

export function SettingsDialog() {
  const settings = useStudio((state) => state.settings);
  return (
    <Dialog
      title="Settings"
      footer={<Button onClick={() => openDialog({ kind: 'shortcuts' })}>Keyboard shortcuts…</Button>}
    >
      <section className={styles['section']} aria-labelledby="settings-look">
        <h3 id="settings-look" className={styles['sectionTitle']}>
          Appearance
        </h3>
        <Field label="Theme">
          {(ids) => (
            <Select
              {...ids}
              options={themes}
              value={settings.theme}
              onValue={(theme) => void changeSettings({ theme })}
            />
          )}
        </Field>
        <Opacity />
        <Field label="Colours of masks">
          {(ids) => (
            <Select
              {...ids}
              options={colourings}
              value={settings.colourBy}
              onValue={(colourBy) => void changeSettings({ colourBy })}
            />
          )}
        </Field>
        <Field label="Titles on the picture">
          {(ids) => (
            <Select
              {...ids}
              options={labellings}
              value={settings.maskLabels}
              onValue={(maskLabels) => void changeSettings({ maskLabels })}
            />
          )}
        </Field>
        <Checkbox
          label="Patterns on masks and phrases"
          hint="Tells targets apart without colour."
          isChecked={settings.maskPattern}
          onChecked={(maskPattern) => void changeSettings({ maskPattern })}
        />
      </section>
      <section className={styles['section']} aria-labelledby="settings-hand">
        <h3 id="settings-hand" className={styles['sectionTitle']}>
          Keys and wheel
        </h3>
        <KeyMapField hint="Next and previous image by D and F as in CVAT, or A and D as in labelme." />
        <Field
          label="The wheel"
          hint="With Ctrl it does the other. Two fingers on a trackpad do as the wheel; a pinch zooms."
        >
          {(ids) => (
            <Select
              {...ids}
              options={wheels}
              value={settings.wheel}
              onValue={(wheel) => void changeSettings({ wheel })}
            />
          )}
        </Field>
      </section>
      <section className={styles['section']} aria-labelledby="settings-images">
        <h3 id="settings-images" className={styles['sectionTitle']}>
          Images
        </h3>
        <Checkbox
          label="Copy images into the project"
          hint="Otherwise the project refers to your files where they are. Uploaded and pasted images are always copied."
          isChecked={settings.copyImages}
          onChecked={(copyImages) => void changeSettings({ copyImages })}
        />
      </section>
      <ModelSettings settings={settings} />
    </Dialog>
  );
}

function Opacity() {
  const opacity = useStudio((state) => state.settings.maskOpacity);
  return (
    <div>
      <span>Mask opacity: {formatPercent(opacity)}</span>
      <Slider
        label="Mask opacity"
        value={opacity}
        minimum={0}
        maximum={1}
        step={0.05}
        valueText={formatPercent(opacity)}
        onValue={(maskOpacity) =>
          useStudio.setState((state) => ({ settings: { ...state.settings, maskOpacity } }))
        }
        onRelease={(maskOpacity) => void changeSettings({ maskOpacity })}
      />
    </div>
  );
}

const providers = providerRequests.map((value) => ({
  value,
  label: deviceName(value),
}));
const threadCounts = [1, 2, 4, 8, 16, 32];

/** The usual counts, and the one that stands where it is another. */
function threadChoices(threads: number | null) {
  const counts = [...new Set(threads === null ? threadCounts : [...threadCounts, threads])].sort(
    (a, b) => a - b,
  );
  return [
    { value: 'auto', label: 'Automatic' },
    ...counts.map((count) => ({ value: `${count}`, label: `${count}` })),
  ];
}

function ModelSettings({ settings }: { readonly settings: Settings }) {
  return (
    <section className={styles['section']} aria-labelledby="settings-model">
      <h3 id="settings-model" className={styles['sectionTitle']}>
        Model
      </h3>
      <Field
        label="Run on"
        hint="Used when a model is loaded next. Automatic takes the fastest device that gives right results."
      >
        {(ids) => (
          <Select
            {...ids}
            options={providers}
            value={settings.provider}
            onValue={(provider) => void changeSettings({ provider })}
          />
        )}
      </Field>
      <Field label="Processor threads" hint="Used when a model is loaded next.">
        {(ids) => (
          <Select
            {...ids}
            options={threadChoices(settings.threads)}
            value={settings.threads === null ? 'auto' : String(settings.threads)}
            onValue={(threads) =>
              void changeSettings({ threads: threads === 'auto' ? null : Number(threads) })
            }
          />
        )}
      </Field>
      <Checkbox
        label="Read the image before I ask"
        hint="The first answer about an image comes sooner; the processor or GPU works a moment for each image you look at."
        isChecked={settings.readAhead}
        onChecked={(readAhead) => void changeSettings({ readAhead })}
      />
      <div className={styles['pair']}>
        <span>
          {settings.segmenter === null
            ? 'Pointing at objects: no files chosen'
            : 'Pointing at objects: files of a Segment Anything model'}
        </span>
        <Button onClick={() => openDialog({ kind: 'segmenter' })}>Choose files…</Button>
      </div>
    </section>
  );
}
