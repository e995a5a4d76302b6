import { FolderOpen, Plus } from 'lucide-react';
import { useAction } from '../../actions/use-action.ts';
import { useStudio } from '../../store/studio.ts';
import { Button } from '../../ui/button.tsx';
import { RecentProjects } from './recent-projects.tsx';
import { Samples } from './samples.tsx';
import styles from './start-screen.module.css';

/** What a window without a project shows: what this is, and the three ways in. */
export function StartScreen() {
  const samples = useStudio((state) => state.app?.samples ?? []);
  const recent = useStudio((state) => state.recent);
  const newProject = useAction('project.new');
  const openProject = useAction('project.open');
  const lookInto = useAction('muse.browse');
  return (
    <main className={styles['screen']}>
      <div className={styles['page']}>
        <header className={styles['head']}>
          <div>
            <h1 className={styles['title']}>PixelLM Studio</h1>
            <p className={styles['lead']}>
              Ask about an image in plain words. Every thing the answer names gets its own mask, which you can
              correct, talk about further and export.
            </p>
          </div>
          <div className={styles['actions']}>
            <Button size="large" variant="primary" onClick={newProject.run}>
              <Plus size={15} aria-hidden />
              New project…
            </Button>
            <Button size="large" onClick={openProject.run}>
              <FolderOpen size={15} aria-hidden />
              Open project…
            </Button>
            <Button size="large" variant="ghost" onClick={lookInto.run}>
              {lookInto.title}
            </Button>
          </div>
        </header>
        {recent.length > 0 && <RecentProjects projects={recent} />}
        {samples.length > 0 && <Samples samples={samples} />}
      </div>
    </main>
  );
}
