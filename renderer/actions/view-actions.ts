import { changeSettings } from '../store/settings.ts';
import { toggleFolded } from '../store/panes.ts';
import { openDialog } from '../store/dialogs.ts';
import { defineAction } from './registry.ts';

export const viewActions = [
  defineAction({
    id: 'view.palette',
    title: 'Command palette',
    group: 'View',
    keys: ['mod+k', 'mod+shift+p'],
    worksInText: true,
    run: () => openDialog({ kind: 'palette' }),
  }),
  defineAction({
    id: 'view.fold-images',
    title: 'Fold or unfold the image list',
    group: 'View',
    keys: ['mod+b'],
    run: () => toggleFolded('images'),
  }),
  defineAction({
    id: 'view.fold-conversation',
    title: 'Fold or unfold the conversation',
    group: 'View',
    keys: ['shift+t'],
    run: () => toggleFolded('conversation'),
  }),
  defineAction({
    id: 'view.fold-side',
    title: 'Fold or unfold conversation and targets',
    group: 'View',
    keys: ['mod+\\'],
    run: () => toggleFolded('side'),
  }),
  defineAction({
    id: 'view.theme-dark',
    title: 'Dark theme',
    group: 'View',
    run: () => changeSettings({ theme: 'dark' }),
  }),
  defineAction({
    id: 'view.theme-light',
    title: 'Light theme',
    group: 'View',
    run: () => changeSettings({ theme: 'light' }),
  }),
  defineAction({
    id: 'view.theme-system',
    title: "The system's theme",
    group: 'View',
    run: () => changeSettings({ theme: 'system' }),
  }),
  defineAction({
    id: 'view.mask-pattern',
    title: 'Mask patterns on or off',
    group: 'View',
    run: ({ state }) => changeSettings({ maskPattern: !state.settings.maskPattern }),
  }),
  defineAction({
    id: 'view.colour-by',
    title: 'Colours by target or by class',
    group: 'View',
    run: ({ state }) =>
      changeSettings({ colourBy: state.settings.colourBy === 'target' ? 'class' : 'target' }),
  }),
  defineAction({
    id: 'view.mask-titles',
    title: 'Titles on the picture: never, where pointed at, always',
    group: 'View',
    run: ({ state }) => changeSettings({ maskLabels: titlesAfter[state.settings.maskLabels] }),
  }),
  defineAction({
    id: 'view.settings',
    title: 'Settings…',
    group: 'View',
    keys: ['mod+,'],
    worksInText: true,
    run: () => openDialog({ kind: 'settings' }),
  }),
] as const;

export const modelActions = [
  defineAction({
    id: 'model.manage',
    title: 'Models…',
    group: 'Model',
    keys: ['mod+shift+m'],
    run: () => openDialog({ kind: 'models' }),
  }),
  defineAction({
    id: 'tool.segmenter-files',
    title: 'Files for pointing at objects (Segment Anything)…',
    group: 'Tools',
    run: () => openDialog({ kind: 'segmenter' }),
  }),
  defineAction({
    id: 'model.gpu',
    title: 'Graphics card and speed…',
    group: 'Model',
    run: () => openDialog({ kind: 'gpu' }),
  }),
] as const;

export const helpActions = [
  defineAction({
    id: 'help.shortcuts',
    title: 'Keyboard shortcuts…',
    group: 'Help',
    keys: ['?', 'mod+/'],
    run: () => openDialog({ kind: 'shortcuts' }),
  }),
  defineAction({
    id: 'help.about',
    title: 'About PixelLM Studio',
    group: 'Help',
    run: () => openDialog({ kind: 'about' }),
  }),
] as const;

const titlesAfter = { never: 'hovered', hovered: 'always', always: 'never' } as const;
