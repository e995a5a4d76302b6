import { FolderKanban, Trash2, X } from 'lucide-react';
import { deleteWithConsent } from '../../actions/project-actions.ts';
import { forgetProject, openProject } from '../../store/project.ts';
import type { RecentProject } from '../../store/studio.ts';
import { reporting } from '../../store/toasts.ts';
import { IconButton } from '../../ui/button.tsx';
import { counted, formatWhen } from '../../ui/format.ts';
import { useNow } from '../../ui/use-now.ts';
import { coverOf, forgetCover } from './project-cover.ts';
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
    <li className={styles['project']} data-project={project.folder}>
      <button
        type="button"
        className={styles['open']}
        disabled={!project.exists}
        onClick={() => reporting(`${project.name} could not be opened`, () => openProject(project.folder))}
      >
        <Cover folder={project.folder} />
        <span className={styles['projectName']}>{project.name}</span>
        <span className={styles['when']}>{formatWhen(project.openedAt, now)}</span>
        <span className={styles['folder']} title={project.folder}>
          {project.folder}
        </span>
        <span className={styles['when']}>{project.exists ? countsOf(project) : 'Folder not found'}</span>
      </button>
      {project.exists && (
        <IconButton
          label={`Delete ${project.name}…`}
          size="small"
          onClick={() => reporting(`${project.name} was not deleted`, () => deleteWithConsent(project))}
        >
          <Trash2 size={14} aria-hidden />
        </IconButton>
      )}
      <IconButton
        label={`Forget ${project.name}`}
        size="small"
        onClick={() =>
          reporting('The project stays in the list', async () => {
            await forgetProject(project.folder);
            forgetCover(project.folder);
          })
        }
      >
        <X size={14} aria-hidden />
      </IconButton>
    </li>
  );
}

function Cover({ folder }: { readonly folder: string }) {
  const cover = coverOf(folder);
  return (
    <span className={styles['cover']}>
      {cover === null ? <FolderKanban size={18} aria-hidden /> : <img src={cover} alt="" draggable={false} />}
    </span>
  );
}

/** What is in it and how far the work is. */
function countsOf({ images, done, targets, toReview }: RecentProject): string {
  return [
    counted(images, 'image'),
    ...(done > 0 ? [`${done} done`] : []),
    ...(targets > 0 ? [counted(targets, 'target')] : []),
    ...(toReview > 0 ? [`${toReview} to review`] : []),
  ].join(' · ');
}
