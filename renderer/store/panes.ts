import { useStudio } from './studio.ts';
import { type FoldedPanes, nothingFolded } from './view-state.ts';

/** Remembered per browser: how wide a screen is does not depend on the project. */
const foldedKey = 'pixellm.folded-panes';

export function restoreFoldedPanes(): void {
  const kept = (localStorage.getItem(foldedKey) ?? '').split(' ');
  const names = Object.keys(nothingFolded) as (keyof FoldedPanes)[]; // the record's own keys
  useStudio.setState({
    folded: { ...nothingFolded, ...Object.fromEntries(names.map((name) => [name, kept.includes(name)])) },
  });
}

export function toggleFolded(pane: keyof FoldedPanes): void {
  const { folded } = useStudio.getState();
  const next = { ...folded, [pane]: !folded[pane] };
  useStudio.setState({ folded: next });
  const names = Object.entries(next).flatMap(([name, isFolded]) => (isFolded ? [name] : []));
  localStorage.setItem(foldedKey, names.join(' '));
}
