import { type Lab, distanceBetween, labOfHex } from './lab.ts';

/**
 * Colours of targets, told apart by most colour-blind eyes: Okabe and Ito's seven chromatic colours (Color Universal
 * Design, 2008) first, in the order that keeps neighbours far apart, then five chosen by
 * search to lie furthest from them for each kind of eye (test/electron/common/palette.test.ts measures it). The pattern
 * setting tells apart what colour alone cannot.
 */
export const targetColours: readonly string[] = [
  '#e69f00',
  '#0072b2',
  '#d55e00',
  '#56b4e9',
  '#009e73',
  '#cc79a7',
  '#f0e442',
  '#1111ff',
  '#77ffff',
  '#aa0011',
  '#bb44ff',
  '#44ddaa',
];

/**
 * The palette's colour that is used least, the earlier one where several are.
 *
 * @param avoided colours that are taken once the others are used
 */
export function nextColour(used: Iterable<string>, avoided: Iterable<string> = []): string {
  return colourChooser([...used, ...avoided])();
}

/** Below this distance (CIE76) a mask's colour is lost on what lies beneath it. */
const lostBelow = 32;
/** A smaller share of a picture is no thing that a target would be drawn on. */
const smallestShare = 0.01;

/** The palette's colours that a picture has itself: an orange mask on a banana is hard to see, wherever the banana lies. */
export function paletteColoursIn(picture: readonly Lab[]): readonly string[] {
  return targetColours.filter((colour) => {
    const own = labOfHex(colour);
    const near = picture.filter((one) => distanceBetween(own, one) < lostBelow).length;
    return near > smallestShare * picture.length;
  });
}

/**
 * A colour of the palette as it is shown on a picture: itself, or one that the picture has nowhere. Those are taken from the palette's end, since
 * the first targets of an image have the colours at its front. Where the picture has nearly all, at most three wear one colour.
 *
 * @param inPicture the palette's colours that the picture has, in the palette's order
 */
export function standingOut(colour: string, inPicture: readonly string[]): string {
  const place = inPicture.indexOf(colour);
  const free = targetColours.filter((one) => !inPicture.includes(one)).toReversed();
  return place === -1 || place >= 2 * free.length ? colour : (free[place % free.length] ?? colour);
}

/** Gives colour after colour as `nextColour` would, each counted as used from then on: for imports, which need thousands. */
export function colourChooser(used: Iterable<string>): () => string {
  const counts = new Map<string, number>(targetColours.map((colour) => [colour, 0]));
  for (const colour of used) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  return () => {
    let [best = '#e69f00'] = targetColours;
    for (const colour of targetColours) {
      if ((counts.get(colour) ?? 0) < (counts.get(best) ?? 0)) best = colour;
    }
    counts.set(best, (counts.get(best) ?? 0) + 1);
    return best;
  };
}
