import { X } from 'lucide-react';
import { forgetProject, openProject } from '../../store/project.ts';
import type { RecentProject } from '../../store/studio.ts';
import { reporting } from '../../store/toasts.ts';
import { IconButton } from '../../ui/button.tsx';
import { counted, formatWhen } from '../../ui/format.ts';
import { useNow } from '../../ui/use-now.ts';
import styles from './start-screen.module.css';

export function RecentProjects({ projects }: { readonly projects: readonly RecentProject[] }) {
  return (
    <section className={styles['section']} aria-labelledby="recent-title">
      <h2 id="recent-title" className={styles['sectionTitle']}>
        Recent projects
      </h2>
      <ul className={styles['recent']}>
        {projects.slice(0, 8).map((project) => (
          <RecentRow key={project.folder} project={project} />
        ))}
      </ul>
    </section>
  );
}

function RecentRow({ project }: { readonly project: RecentProject }) {
  const now = useNow(60_000);
  return (
    <li className={styles['project']}>
      <button
        type="button"
        className={styles['open']}
        disabled={!project.exists}
        onClick={() => reporting(`${project.name} could not be opened`, () => openProject(project.folder))}
      >
        <span className={styles['projectName']}>{project.name}</span>
        <span className={styles['when']}>{formatWhen(project.openedAt, now)}</span>
        <span className={styles['folder']} title={project.folder}>
          {project.folder}
        </span>
        <span className={styles['when']}>
          {project.exists ? counted(project.images, 'image') : 'Folder not found'}
        </span>
      </button>
      <IconButton
        label={`Forget ${project.name}`}
        size="small"
        onClick={() => reporting('The project stays in the list', () => forgetProject(project.folder))}
      >
        <X size={14} aria-hidden />
      </IconButton>
    </li>
  );
}
