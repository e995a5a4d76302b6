import type { FormatInfo } from '../../common/contract.ts';
import { isValueOf } from '../../common/format-option.ts';
import { AppError } from '../../common/errors.ts';
import { cocoResults } from './coco/coco-results.ts';
import { coco, cocoSet } from './coco/coco.ts';
import { cocoPanoptic } from './coco-panoptic/coco-panoptic.ts';
import { cvat } from './cvat/cvat.ts';
import { datumaro } from './datumaro/datumaro.ts';
import { labelStudio } from './label-studio/label-studio.ts';
import { grandF } from './grand-f/grand-f.ts';
import { labelme } from './labelme/labelme.ts';
import { reasonSeg } from './reason-seg/reason-seg.ts';
import { refCoco } from './refcoco/refcoco.ts';
import { semanticPng } from './semantic/semantic-png.ts';
import { shareGpt } from './sharegpt/sharegpt.ts';
import { voc } from './voc/voc.ts';
import { yoloSeg } from './yolo/yolo.ts';
import type { Format } from './format.ts';
import { lvis } from './lvis/lvis.ts';
import { maskPngs } from './pictures/mask-pngs.ts';
import { muse } from './muse/muse.ts';
import { overlay } from './pictures/overlay.ts';
import { tellingWhatStays } from './what-stays.ts';

/** Every format, in the order the dialogs list them. */
export const formats: readonly Format[] = [
  ...[
    coco,
    cocoSet,
    muse,
    yoloSeg,
    cocoPanoptic,
    labelme,
    cvat,
    voc,
    semanticPng,
    lvis,
    labelStudio,
    datumaro,
  ],
  ...[reasonSeg, grandF, refCoco, shareGpt, cocoResults, overlay, maskPngs],
].map(tellingWhatStays);

/** @throws AppError 'unknown-format' */
export function formatNamed(id: string): Format {
  const found = formats.find((format) => format.info.id === id);
  if (found) return found;
  const known = formats.map((format) => format.info.id).join(', ');
  throw new AppError('unknown-format', `There is no format "${id}". There are: ${known}.`, { id });
}

/**
 * @param offers those of an export unless said
 * @throws AppError 'bad-input' for an option the format does not have, or a value it does not offer
 */
export function checkOptions(
  { info }: Format,
  options: Readonly<Record<string, string>>,
  offers: FormatInfo['options'] = info.options,
): void {
  for (const [name, value] of Object.entries(options)) {
    const option = offers.find((known) => known.name === name);
    if (!option) {
      const known = offers.map((each) => each.name).join(', ') || 'none';
      throw new AppError('bad-input', `${info.label} has no option "${name}". It has: ${known}.`, {
        name,
      });
    }
    if (isValueOf(option, value)) continue;
    const hint = option.other === undefined ? [] : [option.other.hint];
    const offered = [...option.choices.map((choice) => choice.value), ...hint].join(', ');
    throw new AppError('bad-input', `"${value}" is no value of ${name}. It takes: ${offered}.`, {
      name,
      value,
    });
  }
}
