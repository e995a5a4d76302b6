import { z } from 'zod';
import { providerRequests } from '../../native-models/names.ts';
import { isAtMost, pathText, shortText } from './limits.ts';

/** What a person chose once, for all projects. */
export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  provider: z.enum(providerRequests).default('auto'),
  /** Folder of the model to load at start; null is the bundled one. */
  modelFolder: pathText.nullable().default(null),
  /** Where models were converted to or loaded from, newest first: they stay in the list. Kept by the backend. */
  modelFolders: z.array(z.string()).default([]),
  /** Two files of a SAM-like network that finds objects at points and in boxes; null for none. Kept by the backend, which looks at them first. */
  segmenter: z.object({ encoder: pathText, decoder: pathText }).readonly().nullable().default(null),
  threads: z.int().min(1).max(256).nullable().default(null),
  copyImages: z.boolean().default(false),
  /** Whether the model reads the image in sight before anyone asks about it. */
  readAhead: z.boolean().default(true),
  maskOpacity: z.number().min(0).max(1).default(0.34),
  maskPattern: z.boolean().default(false),
  /** What a mask's colour tells: which target it is, or of which class. */
  colourBy: z.enum(['target', 'class']).default('target'),
  /** Where a mask's title is written on the picture. */
  maskLabels: z.enum(['never', 'hovered', 'always']).default('hovered'),
  /** What the wheel does by itself; with Ctrl it does the other. */
  wheel: z.enum(['zoom', 'pan']).default('pan'),
  /** Whose habit the keys follow, before what the person changed (renderer/actions/key-maps.ts). */
  keyMap: z.enum(['own', 'cvat', 'labelme']).default('own'),
  /** Action id -> key combination, where the person changed it; empty string means no key. */
  shortcuts: z.record(shortText, shortText).refine(isAtMost(2_000), 'too many entries').default({}),
});
export type Settings = z.infer<typeof settingsSchema>;

const { shape } = settingsSchema;
/** Some of the settings. Not `.partial()`: that would fill in the defaults of those left out. */
export const settingsPart = z.object({
  theme: shape.theme.unwrap().optional(),
  provider: shape.provider.unwrap().optional(),
  modelFolder: shape.modelFolder.unwrap().optional(),
  threads: shape.threads.unwrap().optional(),
  copyImages: shape.copyImages.unwrap().optional(),
  readAhead: shape.readAhead.unwrap().optional(),
  maskOpacity: shape.maskOpacity.unwrap().optional(),
  maskPattern: shape.maskPattern.unwrap().optional(),
  colourBy: shape.colourBy.unwrap().optional(),
  maskLabels: shape.maskLabels.unwrap().optional(),
  wheel: shape.wheel.unwrap().optional(),
  keyMap: shape.keyMap.unwrap().optional(),
  shortcuts: shape.shortcuts.unwrap().optional(),
});
