import type { ImageId } from '../../common/document/records.ts';
import { rleOf, runsOf } from '../../common/rle.ts';
import { areaOf, boxOf } from '../../common/runs.ts';
import { AppError } from '../../common/errors.ts';
import { allowedPath } from '../app/allowed-paths.ts';
import type { SettingsStore } from '../app/settings.ts';
import type { Host } from '../host.ts';
import type { ModelService } from '../models/model-service.ts';
import type { HandlersOf } from '../app-handlers.ts';
import type { Pictures } from '../images/pictures.ts';
import type { OpenProjects } from '../project/open-projects.ts';
import type { ProjectStore } from '../project/project-store.ts';
import type { Assist, AssistedImage } from './assist.ts';

export function assistCalls(parts: {
  readonly host: Host;
  readonly settings: SettingsStore;
  readonly models: ModelService;
  readonly projects: OpenProjects;
  readonly pictures: Pictures;
  readonly assist: Assist;
}): HandlersOf<'assist'> {
  const { host, settings, models, projects, pictures, assist } = parts;
  const allowedFiles = async ({
    encoder,
    decoder,
  }: {
    readonly encoder: string;
    readonly decoder: string;
  }) => ({
    encoder: await allowedPath(host, encoder),
    decoder: await allowedPath(host, decoder),
  });
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
    'assist.segment': ({ imageId, points, box }, caller) =>
      projects.use(caller, async ({ store }, signal) => {
        const { segmenter } = settings.current;
        if (segmenter === null)
          throw new AppError(
            'no-segmenter',
            'This tool needs two ONNX files of a Segment Anything model: an encoder and a decoder. Choose them first.',
          );
        const image = store.find('image', imageId);
        const { sha256: key, width, height } = image;
        const { data: rgb } = await pictures.pixels(store, image);
        const corners = box && ([box[0], box[1], box[0] + box[2], box[1] + box[3]] as const);
        const request = {
          files: await allowedFiles(segmenter),
          image: { key, width, height, rgb },
          prompts: { points, box: corners },
        };
        return models.segment(request, signal);
      }),
    async 'assist.segmenter'(_, { signal }) {
      const { segmenter } = settings.current;
      return segmenter && models.describeSegmenter(await allowedFiles(segmenter), signal);
    },
    async 'assist.setSegmenter'({ files }, { signal }) {
      if (files === null) {
        await settings.change({ segmenter: null });
        // A process that ends meanwhile gives its memory back by that.
        void models.forgetSegmenter().catch(() => undefined);
        return null;
      }
      const segmenter = await allowedFiles(files);
      const description = await models.describeSegmenter(segmenter, signal);
      await settings.change({ segmenter });
      return description;
    },
  };
}
