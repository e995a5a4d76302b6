import { useStudio } from './studio.ts';

/** The folder of the project that is shown; null where none is. */
export function openFolder(): string | null {
  return useStudio.getState().document.project?.folder ?? null;
}
