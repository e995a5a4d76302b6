import { randomUUID } from 'node:crypto';
import type { Samples } from '../app/samples.ts';
import type { SettingsStore } from '../app/settings.ts';
import { allowedPath } from '../app/allowed-paths.ts';
import type { HandlersOf } from '../app-handlers.ts';
import type { Host } from '../host.ts';
import { inStep, type OpenProjects, withoutUndo } from '../project/open-projects.ts';
import { checkImages } from './check-images.ts';
import { addImages, importImages } from './import-images.ts';
import type { Pictures } from './pictures.ts';
import { relinkImage } from './relink-image.ts';
import { takeInImage, type ImageSource } from './take-in-image.ts';

/** So long, in milliseconds, the checking of files waits again and again for pictures that somebody wants to see. */
const mostWait = 500;

export function imageCalls(parts: {
  readonly host: Host;
  readonly projects: OpenProjects;
  readonly pictures: Pictures;
  readonly samples: Samples;
  readonly settings: SettingsStore;
}): HandlersOf<'images'> {
  const { host, projects, pictures, samples, settings } = parts;
  return {
    'images.import': ({ sources, copy, step }, caller) =>
      projects.during(caller, async function* (opened, signal) {
        const project = inStep(opened, step ?? randomUUID());
        const allowed: ImageSource[] = [];
        for (const source of sources) {
          if (source.kind === 'bytes') allowed.push(source);
          else {
            const path = await allowedPath(host, source.path);
            allowed.push({ kind: 'path', path, copy: copy ?? settings.current.copyImages });
          }
        }
        const allow = (path: string): Promise<unknown> => allowedPath(host, path);
        yield* importImages({ project, pictures, sources: allowed, allow, signal });
      }),
    'images.addSample': ({ file }, caller) =>
      projects.use(caller, async (project, signal) => {
        const { path } = await samples.read(file);
        const known = (sha256: string) => project.store.all('image').find((image) => image.sha256 === sha256);
        const taken = await takeInImage({
          source: { kind: 'path', path, copy: true },
          projectFolder: project.store.folder,
          pictures,
          knows: (sha256) => known(sha256) !== undefined,
          signal,
        });
        const imageId =
          'alreadyThere' in taken
            ? known(taken.alreadyThere)?.id
            : addImages(withoutUndo(project), [taken])[0];
        if (!imageId) throw new Error('Broken assumption: an added sample has an id');
        return { imageId };
      }),
    'images.check': ({ imageIds, isQuick = false }, caller) =>
      projects.use(caller, async ({ store }, signal) => {
        const images = imageIds?.flatMap((id) => store.document.images.get(id) ?? []) ?? store.all('image');
        const mayGoOn = (): Promise<void> => pictures.made(mostWait);
        return checkImages(store, images, { host, signal, mayGoOn, isQuick });
      }),
    'images.relink': ({ imageId, path }, caller) =>
      projects.use(caller, async (project) =>
        relinkImage({ project, pictures, imageId, path: await allowedPath(host, path) }),
      ),
    'images.pixels': ({ imageId, box }, caller) =>
      projects.use(caller, async ({ store }) => {
        const { width, height, data } = await pictures.region(store, store.find('image', imageId), box);
        return { width, height, rgb: data };
      }),
  };
}
