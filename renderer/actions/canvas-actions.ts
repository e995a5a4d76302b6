import { setCanvas, useCanvas } from '../store/canvas-session.ts';
import { changeSettings } from '../store/settings.ts';
import type { Studio } from '../store/studio.ts';
import { requestCamera, setView } from '../store/view.ts';
import { type Action, defineAction } from './registry.ts';

const hasImage = (state: Studio): boolean => state.view.imageId !== null;

function opacityAction(id: string, title: string, key: string, step: number): Action {
  return defineAction({
    id,
    title,
    group: 'View',
    keys: [key],
    when: hasImage,
    run: ({ state }) => {
      const maskOpacity = Math.min(1, Math.max(0.05, state.settings.maskOpacity + step));
      return changeSettings({ maskOpacity: Math.round(maskOpacity * 100) / 100 });
    },
  });
}

export const canvasActions: readonly Action[] = [
  defineAction({
    id: 'canvas.zoom-in',
    title: 'Zoom in',
    group: 'View',
    keys: ['+', '=', 'mod+=', 'mod++'],
    when: hasImage,
    run: () => requestCamera({ kind: 'zoom-by', factor: 2 }),
  }),
  defineAction({
    id: 'canvas.zoom-out',
    title: 'Zoom out',
    group: 'View',
    keys: ['-', 'mod+-'],
    when: hasImage,
    run: () => requestCamera({ kind: 'zoom-by', factor: 0.5 }),
  }),
  defineAction({
    id: 'canvas.fit',
    title: 'Fit the picture',
    group: 'View',
    keys: ['0', 'mod+0'],
    when: hasImage,
    run: () => requestCamera({ kind: 'fit' }),
  }),
  defineAction({
    id: 'canvas.actual-size',
    title: 'Zoom to 100 %',
    group: 'View',
    keys: ['mod+1'],
    when: hasImage,
    run: () => requestCamera({ kind: 'actual-size' }),
  }),
  defineAction({
    id: 'canvas.hide-masks',
    title: 'Hide masks while held',
    group: 'View',
    keys: ['h'],
    when: hasImage,
    run: () => setView({ masksHidden: true }),
    release: () => setView({ masksHidden: false }),
  }),
  defineAction({
    id: 'canvas.outline-only',
    title: 'Masks as outlines only',
    group: 'View',
    keys: ['o'],
    when: hasImage,
    run: ({ state }) => setView({ outlineOnly: !state.view.outlineOnly }),
  }),
  defineAction({
    id: 'canvas.pixel-grid',
    title: 'Pixel grid on or off',
    group: 'View',
    keys: ['shift+g'],
    when: hasImage,
    run: () => setCanvas({ pixelGrid: !useCanvas.getState().pixelGrid }),
  }),
  opacityAction('canvas.more-opacity', 'Masks more opaque', '.', 0.1),
  opacityAction('canvas.less-opacity', 'Masks less opaque', ',', -0.1),
];
