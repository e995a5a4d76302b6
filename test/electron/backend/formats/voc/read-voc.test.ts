import { expect, test } from 'vitest';
import { grey } from '../../../../helpers/label-pictures.ts';
import { aPng } from '../../../../helpers/pictures-on-disk.ts';
import { readSet, setSize } from '../../../../helpers/read-set.ts';

const numbers = grey([
  [1, 0, 0, 20, 5],
  [2, 20, 0, 20, 5],
]);
const things = grey([
  [1, 0, 0, 10, 5],
  [2, 10, 0, 10, 5],
  [3, 20, 0, 20, 5],
]);
const targets = ['a.jpg cup 50 0,0,10,5', 'a.jpg cup 50 10,0,10,5', 'a.jpg plate 100 20,0,20,5'];

test.each(['', 'PNG'])(
  "labelme's converter (SegmentationClass%s) names its classes in a list of its own",
  async (ending) => {
    const { come, told, classes } = await readSet('voc', {
      files: {
        'class_names.txt': '_background_\ncup\nplate\nnever',
        'JPEGImages/a.jpg': aPng(setSize),
        [`SegmentationClass${ending}/a.png`]: numbers,
        [`SegmentationObject${ending}/a.png`]: things,
        'SegmentationClassVisualization/a.jpg': aPng(setSize),
      },
      images: ['a.jpg'],
    });
    expect([come, told, classes.map(({ name }) => name)]).toEqual([targets, [], ['cup', 'plate', 'never']]);
  },
);

test('without a list the classes are those of the challenge, which is told', async () => {
  const { come, told } = await readSet('voc', {
    files: { 'JPEGImages/a.jpg': aPng(setSize), 'SegmentationClass/a.png': numbers },
    images: ['a.jpg'],
  });
  expect([come, told]).toEqual([
    ['a.jpg aeroplane 100 0,0,20,5', 'a.jpg bicycle 100 20,0,20,5'],
    ['Classes called as those of the Pascal VOC challenge: no labelmap.txt names them'],
  ]);
});
