import { describe, expect, test } from 'vitest';
import { encodeBrush } from '../../../../../electron/backend/formats/label-studio/brush-rle.ts';
import { boxRuns, decodeRegion } from '../../../../../electron/common/mask-region.ts';
import { readSet, setSize } from '../../../../helpers/read-set.ts';

const box = boxRuns([4, 3, 16, 12], setSize);
const boxes = 'Boxes: imported as filled rectangles';

describe('Label Studio', () => {
  const whole = [0, 0, setSize.width, setSize.height] as const;
  const brush = { format: 'rle', rle: encodeBrush(decodeRegion(box, whole)) };
  const result = (id: string, type: string, value: object): object => ({
    ...{ id, type, from_name: type, to_name: 'image', original_width: 40, original_height: 30 },
    value: { ...brush, ...value },
  });
  const task = (results: readonly object[], image = 'a.png'): object => ({
    ...{ id: 1, data: { title: 'A cup', image }, annotations: [{ result: results }] },
  });
  const file = (value: unknown): Record<string, string> => ({ 't.json': JSON.stringify(value) });
  const cup = result('r1', 'brushlabels', { brushlabels: ['cup'] });

  test('what one region is called and what was answered about it are one target, though the file repeats the shape', async () => {
    const results = [
      result('r1', 'brush', {}),
      result('r1', 'labels', { labels: ['cup'] }),
      result('r1', 'textarea', { text: ['chipped'] }),
      result('r1', 'choices', { choices: ['red', 'blue'] }),
      { id: 'r1', type: 'rating', from_name: 'sure', value: { rating: 4 } },
      { from_id: 'r1', to_id: 'r1', type: 'relation' },
      { id: 'whole', type: 'choices', from_name: 'good', value: { choices: ['yes'] } },
    ];
    const { known, told } = await readSet('label-studio', { files: file([task(results)]) });
    expect({ known, told }).toEqual({
      known: ['a.png cup 192 4,3,16,12 - {"textarea":"chipped","choices":"red, blue","sure":4}'],
      told: ['Regions left out: they enclose nothing', 'Relations between regions: not imported'],
    });
  });

  test('predictions come in to be reviewed, with their score; annotations say who drew them', async () => {
    const predictions = [{ model_version: 'm', score: 0.5, result: [cup] }];
    const predicted = await readSet('label-studio', {
      files: file([{ ...task([]), annotations: [], predictions }]),
    });
    expect([predicted.drawn, predicted.known, predicted.told]).toEqual([
      ['a.png cup 192 4,3,16,12 model proposed'],
      ['a.png cup 192 4,3,16,12 0.5 {}'],
      ['Predictions imported as targets to review: nobody has accepted them'],
    ]);
    const both = await readSet('label-studio', {
      files: file([{ ...task([{ ...cup, origin: 'prediction-changed' }]), predictions }]),
    });
    expect([both.drawn, both.told]).toEqual([
      ['a.png cup 192 4,3,16,12 model edited accepted'],
      ['Predictions left out: the task has annotations'],
    ]);
  });

  test('our own proposals stand beside annotations, until Label Studio says that somebody took them up', async () => {
    const plate = result('r2', 'brushlabels', { brushlabels: ['plate'] });
    const ours = { id: 7, model_version: 'PixelLM Studio', result: [plate] };
    const read = async (annotation: object) => {
      const annotations = [{ result: [cup], ...annotation }];
      const { drawn, told } = await readSet('label-studio', {
        files: file([{ ...task([]), annotations, predictions: [ours] }]),
      });
      return [drawn, told];
    };
    const accepted = 'a.png cup 192 4,3,16,12 import accepted';
    const leftOut = ['Predictions left out: the task has annotations'];
    expect(await read({})).toEqual([[accepted, 'a.png plate 192 4,3,16,12 model proposed'], []]);
    expect(await read({ parent_prediction: 7 })).toEqual([[accepted], leftOut]);
    expect(await read({ result: [{ ...cup, id: 'r2' }] })).toEqual([[accepted], leftOut]);
  });

  test('drafts and comments are told of; notes beside a region, hidden and locked ones are kept', async () => {
    const annotations = [
      {
        created_at: '2024-01-02T03:04:05Z',
        result: [{ ...cup, meta: { text: ['chipped'] }, hidden: true, locked: true }],
      },
    ];
    const more = { drafts: [{ result: [cup] }], comments: [{ text: 'x' }] };
    const read = await readSet('label-studio', { files: file([{ ...task([]), annotations, ...more }]) });
    expect([read.beside, read.told]).toEqual([
      ['a.png cup 192 4,3,16,12 hidden locked chipped 2024-01-02T03:04:05.000Z'],
      ['Comments on tasks: not imported', 'Drafts left out: nobody has handed them in'],
    ]);
    const drafts = await readSet('label-studio', {
      files: file([{ ...task([]), annotations: [], ...more }]),
    });
    expect(drafts.come).toEqual([]);
    expect(drafts.told).toContain('Drafts left out: nobody has handed them in');
  });

  test('answers that the configuration calls yes or no are flags', async () => {
    const choices = (offered: readonly string[]): string =>
      offered.map((each) => `<Choice value="${each}"/>`).join('');
    const config = `<View><BrushLabels name="label" toName="image"><Label value="cup" background="#112233"/></BrushLabels><Choices name="broken" perRegion="true">${choices(['true', 'false'])}</Choices><View><Choices name="word">${choices(['true', 'maybe'])}</Choices></View></View>`;
    const answers = ['broken', 'word'].map((name) => ({
      id: 'r1',
      type: 'choices',
      from_name: name,
      value: { choices: ['true'] },
    }));
    const { known } = await readSet('label-studio', {
      files: { ...file([task([cup, ...answers])]), 'c.xml': config },
    });
    expect(known).toEqual(['a.png cup 192 4,3,16,12 - {"broken":true,"word":"true"}']);
  });

  test('two annotations of one task may number their regions alike', async () => {
    const other = { ...brush, rle: encodeBrush(decodeRegion(boxRuns([1, 1, 2, 2], setSize), whole)) };
    const annotations = [
      { result: [cup] },
      { result: [result('r1', 'brushlabels', { ...other, brushlabels: ['plate'] })] },
    ];
    const { come } = await readSet('label-studio', { files: file([{ ...task([]), annotations }]) });
    expect(come).toEqual(['a.png cup 192 4,3,16,12', 'a.png plate 4 1,1,2,2']);
  });

  test('its small export (JSON-MIN)', async () => {
    const shapes = {
      tag: [{ ...brush, brushlabels: ['cup'], original_width: 40, original_height: 30 }],
      frame: [{ x: 50, y: 20, width: 25, height: 20, rotation: 0, rectanglelabels: ['plate'] }],
      round: [{ x: 50, y: 50, radiusX: 10, radiusY: 10, rotation: 0, ellipselabels: ['plate'] }],
      outline: [
        {
          vertices: [10, 20, 30].map((x, at) => ({ id: `v${at}`, x, y: at * 20 + 10 })),
          closed: true,
          vectorlabels: ['plate'],
        },
        {
          points: [
            [1, 1],
            [2, 2],
            [3, 1],
          ],
          closed: false,
          polygonlabels: ['plate'],
        },
      ],
      quality: 'good',
    };
    const min = { id: 7, image: '/data/upload/3/1f2e3d4c-a.png', annotation_id: 3, annotator: 1, ...shapes };
    const { come, told } = await readSet('label-studio', { files: file([min]) });
    expect({ come: come.slice(0, 3), told }).toEqual({
      come: ['a.png cup 192 4,3,16,12', 'a.png plate 37 16,12,8,6', 'a.png plate 60 20,6,10,6'],
      told: [boxes, 'Regions left out: they enclose nothing', 'Targets left out: their mask is empty'],
    });
  });

  test.each([
    '/data/upload/1/1f2e3d4c-a.png',
    'http://localhost:8080/data/upload/1/1f2e3d4c-a.png',
    '1f2e3d4c-a.png',
    '../local-files?d=home%2Fme%2Fa.png',
    '/data/local-files/?d=C:\\photos\\a.png',
    's3://bucket/photos/a.png',
    'https://host/a.png?token=1',
    `/tasks/12/resolve/?fileuri=${Buffer.from('s3://bucket/photos/a.png').toString('base64')}`,
  ])('the picture is known behind the address %s', async (address) => {
    const { come } = await readSet('label-studio', { files: file([task([cup], address)]) });
    expect(come).toEqual(['a.png cup 192 4,3,16,12']);
  });

  test('a task of several pictures', async () => {
    const data = { pages: ['http://host/a.png', 'http://host/b.png'] };
    const annotations = [{ result: [{ ...cup, item_index: 1 }] }];
    const given = { files: file([{ id: 1, data, annotations }]), images: ['a.png', 'b.png'] };
    expect((await readSet('label-studio', given)).come).toEqual(['b.png cup 192 4,3,16,12']);
  });
});
