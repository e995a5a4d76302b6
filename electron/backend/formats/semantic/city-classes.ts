/** Names of Cityscapes' classes, which KITTI's semantic set shares. Source: cityscapesScripts, `helpers/labels.py`. */

/** By `id`, as `_labelIds` and `_instanceIds` have them; 0 is nothing. */
export const cityClasses: readonly string[] = [
  ...['unlabeled', 'ego vehicle', 'rectification border', 'out of roi', 'static', 'dynamic', 'ground'],
  ...['road', 'sidewalk', 'parking', 'rail track', 'building', 'wall', 'fence', 'guard rail', 'bridge'],
  ...['tunnel', 'pole', 'polegroup', 'traffic light', 'traffic sign', 'vegetation', 'terrain', 'sky'],
  ...['person', 'rider', 'car', 'truck', 'bus', 'caravan', 'trailer', 'train', 'motorcycle', 'bicycle'],
];

/** By `trainId`, as `_labelTrainIds` has them: 0 is a class, 255 is nothing. */
export const cityTrainClasses: readonly string[] = [
  ...['road', 'sidewalk', 'building', 'wall', 'fence', 'pole', 'traffic light', 'traffic sign'],
  ...['vegetation', 'terrain', 'sky', 'person', 'rider', 'car', 'truck', 'bus', 'train', 'motorcycle'],
  'bicycle',
];

/** Whether each thing of a class is one of its own; null for a class that is none of Cityscapes'. */
export function isCityThing(name: string): boolean | null {
  const number = cityClasses.indexOf(name);
  return number < 0 ? null : number >= firstThing;
}

/** From "person" on. */
const firstThing = 24;

/** Single things that nobody could tell apart: their pixels have the number of the class alone. */
export function isCityGroup(number: number): boolean {
  return number >= firstThing && number < cityClasses.length;
}
