import { Hand } from 'lucide-react';
import { describeTool } from './tool-description.ts';

/** Dragging moves the picture; the pane itself does it, as it does for every tool while Space is held. */
export const panDescription = describeTool({
  id: 'pan',
  title: 'Pan',
  key: 'q',
  icon: Hand,
  group: 'look',
  pen: null,
  options: [],
  create: () => ({ cursor: () => 'grab' }),
});
