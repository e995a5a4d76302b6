/** Arrow keys belong to the picture only while it has the focus. */
export function isCanvasFocused(): boolean {
  if (typeof document === 'undefined' || document.activeElement === null) return false;
  return document.activeElement.closest('[data-canvas-surface]') !== null;
}
