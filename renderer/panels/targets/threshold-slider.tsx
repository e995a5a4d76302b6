import { useState } from 'react';
import type { AnnotationRecord } from '../../../electron/common/document/records.ts';
import { applyThreshold, previewThreshold, thresholdRange } from '../../store/threshold.ts';
import { reporting } from '../../store/toasts.ts';
import { Slider } from '../../ui/slider.tsx';
import styles from './target-details.module.css';

/** Cuts the model's own map at another level: to the right only surer pixels stay. Live while moved, saved on release. */
export function ThresholdSlider({ annotation }: { readonly annotation: AnnotationRecord }) {
  const [moving, setMoving] = useState<number | null>(null);
  const value = moving ?? annotation.threshold ?? 0;
  const failed = 'The threshold could not be applied';
  return (
    <div className={styles['slider']}>
      <Slider
        label="Threshold"
        value={value}
        minimum={thresholdRange.minimum}
        maximum={thresholdRange.maximum}
        step={thresholdRange.step}
        valueText={value.toFixed(1)}
        isDisabled={annotation.locked}
        onValue={(threshold) => {
          setMoving(threshold);
          reporting(failed, () => previewThreshold(annotation.id, threshold));
        }}
        onRelease={(threshold) => {
          reporting(failed, () => applyThreshold(annotation.id, threshold).finally(() => setMoving(null)));
        }}
      />
      <span className={styles['value']}>{value.toFixed(1)}</span>
    </div>
  );
}
