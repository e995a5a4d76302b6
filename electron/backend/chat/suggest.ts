import type { ImageId } from '../../common/document/records.ts';
import type { Samples } from '../app/samples.ts';
import type { ModelCard } from '../models/model-card.ts';
import type { ProjectStore } from '../project/project-store.ts';
import { turnsOf } from '../../common/document/views.ts';

const mostSuggestions = 4;
const forAnyPicture = [
  'What is in this picture?',
  'Segment every object you can name.',
  'Which object is closest to the camera?',
  'What could a person use here, and for what?',
];

/** Questions worth asking about an image, those not asked yet: the sample's own, then the model's, then general ones for an open world. */
export async function suggestQuestions(
  store: ProjectStore,
  imageId: ImageId,
  about: { readonly samples: Samples; readonly card: ModelCard | null },
): Promise<string[]> {
  const image = store.find('image', imageId);
  const sample = await about.samples.bySha256(image.sha256);
  const isClosedWorld = about.card !== null && about.card.shown.vocabulary !== null;
  const ofModel = sample ? about.card?.questions : (about.card?.questionsElsewhere ?? about.card?.questions);
  const all = [...(sample?.questions ?? []), ...(ofModel ?? []), ...(isClosedWorld ? [] : forAnyPicture)];
  const asked = new Set(
    turnsOf(store.document, imageId).map(({ question }) => question.trim().toLowerCase()),
  );
  const fresh = [...new Set(all)].filter((question) => !asked.has(question.trim().toLowerCase()));
  return fresh.slice(0, mostSuggestions);
}
