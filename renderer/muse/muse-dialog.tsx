import { useState } from 'react';
import type { MusePage } from '../store/window-state.ts';
import { useStudio } from '../store/studio.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { BrowsePage } from './browse-page.tsx';
import { CheckPage } from './check-page.tsx';
import { ComparePage } from './compare-page.tsx';
import { GeneratePage } from './generate-page.tsx';
import { StatisticsPage } from './statistics-page.tsx';

/** Everything about questions with answers and masks as data: made, checked, counted, measured, looked at. */
export function MuseDialog({ initial }: { readonly initial: MusePage }) {
  const [page, setPage] = useState<MusePage>(initial);
  const hasImages = useStudio((state) => state.document.images.size > 0);
  return (
    <Dialog title="Questions and answers" width="full">
      <Tabs
        label="Pages of the workbench"
        value={page}
        onValue={setPage}
        tabs={[
          ...(hasImages
            ? [{ value: 'generate' as const, label: 'Generate', page: () => <GeneratePage /> }]
            : []),
          { value: 'check', label: 'Check', page: () => <CheckPage /> },
          { value: 'statistics', label: 'Statistics', page: () => <StatisticsPage /> },
          { value: 'compare', label: 'Compare', page: () => <ComparePage /> },
          { value: 'browse', label: 'Look into a file', page: () => <BrowsePage /> },
        ]}
      />
    </Dialog>
  );
}
