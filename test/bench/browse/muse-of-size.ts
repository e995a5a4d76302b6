import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { randomInteger, seededRandom } from '../../helpers/seeded-random.ts';

/**
 * What the paper's page says of MUSE: 3.7 targets an answer, more than 1,000 categories with a long tail, descriptions from a few words to over a hundred tokens.
 * Outlines are as long as LVIS's. The same file for the same number.
 */
const categories = 1_000;
const descriptionWords = [4, 8, 15, 30, 60];
const words =
  'red blue old large small wooden silver left right upper lower front rear striped plain white black green tall short round open closed bright dark shiny dusty folded hanging standing lying leaning broken new'.split(
    ' ',
  );
const size = { width: 640, height: 480 };

/** @returns how many questions, targets and images there are */
export async function writeMuse(
  path: string,
  questions: number,
): Promise<{ questions: number; targets: number; images: number }> {
  const random = seededRandom(12);
  const pick = <Value>(values: readonly Value[]): Value =>
    values[randomInteger(random, 0, values.length - 1)] as Value; // inside the list
  const several = (count: number): string => Array.from({ length: count }, () => pick(words)).join(' ');
  const polygons = Array.from({ length: 2_000 }, () => {
    const [x, y] = [randomInteger(random, 0, 500), randomInteger(random, 0, 380)];
    const points = Array.from({ length: 2 * randomInteger(random, 15, 40) }, (_, at) =>
      Number(((at % 2 === 0 ? x : y) + random() * 90).toFixed(2)),
    );
    return JSON.stringify([points]);
  });
  const instance = () => {
    // A few classes are everywhere, most are rare.
    const category = Math.min(categories - 1, Math.floor(categories * random() ** 4));
    const name = `thing ${category}`;
    const description = `the ${several(pick(descriptionWords))} ${name}`;
    const text = `{"category_id":${category},"category_name":"${name}","rephrased_name":"${description}","bbox":[10,10,50,50],"segmentation":${pick(polygons)}}`;
    return { name, text };
  };
  const file = createWriteStream(path);
  const counts = { questions: 0, targets: 0, images: 0 };
  while (counts.questions < questions) {
    const instances = Array.from({ length: randomInteger(random, 2, 12) }, instance);
    const asked = Array.from(
      { length: Math.min(randomInteger(random, 1, 5), questions - counts.questions) },
      () => {
        const count = Math.min(instances.length, Math.max(1, Math.round(-4.6 * Math.log(1 - random()))));
        return instances.slice(0, count);
      },
    );
    const record = [
      `"coco_url":"http://images.cocodataset.org/train2017/${String(counts.images).padStart(12, '0')}.jpg"`,
      `"height":${size.height},"width":${size.width}`,
      `"ann_list":[${instances.map(({ text }) => text).join(',')}]`,
      `"questions":${JSON.stringify(asked.map((chosen) => `If one wanted to ${several(8)}, which ${chosen[0]?.name} would serve?`))}`,
      `"text_answers":${JSON.stringify(asked.map((chosen) => `${chosen.map(({ name }) => `the ${pick(words)} ${name} {seg}`).join(' and ')} would do.`))}`,
      `"answers":[${asked.map((chosen) => `[${chosen.map(({ text }) => text).join(',')}]`).join(',')}]`,
    ].join(',');
    if (!file.write(`${counts.images === 0 ? '[' : ','}{${record}}`)) await once(file, 'drain');
    counts.questions += asked.length;
    counts.targets += asked.reduce((sum, chosen) => sum + chosen.length, 0);
    counts.images++;
  }
  file.end(']');
  await once(file, 'finish');
  return counts;
}
