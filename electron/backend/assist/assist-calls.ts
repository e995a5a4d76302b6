import type { ImageId } from '../../common/document/records.ts';
import { rleOf, runsOf } from '../../common/rle.ts';
import { areaOf, boxOf } from '../../common/runs.ts';
import type { HandlersOf } from '../app-handlers.ts';
import type { Pictures } from '../images/pictures.ts';
import type { OpenProjects } from '../project/open-projects.ts';
import type { ProjectStore } from '../project/project-store.ts';
import type { Assist, AssistedImage } from './assist.ts';

export function assistCalls(parts: {
  readonly projects: OpenProjects;
  readonly pictures: Pictures;
  readonly assist: Assist;
}): HandlersOf<'assist'> {
  const { projects, pictures, assist } = parts;
  const imageIn = (store: ProjectStore, id: ImageId): AssistedImage => {
    const image = store.find('image', id);
    const { sha256, width, height } = image;
    return { key: sha256, width, height, readPixels: (box) => pictures.region(store, image, box) };
  };
  return {
    'assist.grabCut': ({ imageId, box, inside, outside }, caller) =>
      projects.use(caller, async ({ store }, signal) => {
        const seeds = { inside: inside && runsOf(inside), outside: outside && runsOf(outside) };
        const runs = await assist.grabCut({ image: imageIn(store, imageId), box, ...seeds }, signal);
        return { mask: rleOf(runs), bbox: boxOf(runs), area: areaOf(runs) };
      }),
    'assist.scissors': ({ imageId, from, to }, caller) =>
      projects.use(caller, async ({ store }, signal) => ({
        points: await assist.scissors({ image: imageIn(store, imageId), from, to }, signal),
      })),
  };
}
