import { expect, test } from 'vitest';
import { aPngOf } from '../../../../helpers/pictures-on-disk.ts';
import { readSet } from '../../../../helpers/read-set.ts';

test('a labelme file that names no picture is meant for the one of its own name, an address for the picture behind it', async () => {
  const shape = {
    label: 'cup',
    points: [
      [4, 3],
      [20, 3],
      [20, 15],
      [4, 15],
    ],
    shape_type: 'polygon',
  };
  const files = { 'a.json': JSON.stringify({ version: '3.16.7', imageData: null, shapes: [shape] }) };
  expect((await readSet('labelme', { files })).come).toEqual(['a.png cup 192 4,3,16,12']);
  const address = { version: '5.0', imagePath: 'https://host/x/a.png?v=1', imageData: null, shapes: [shape] };
  const elsewhere = { 'b.json': JSON.stringify(address) };
  expect((await readSet('labelme', { files: elsewhere })).come).toEqual(['a.png cup 192 4,3,16,12']);
});

test("labelme's locked shapes, four-sided ones of X-AnyLabeling, and masks whose picture is larger than their corners", async () => {
  const corners = [
    [4, 3],
    [20, 3],
    [20, 15],
    [4, 15],
  ];
  const mask = aPngOf({
    ...{ width: 4, height: 3, bitDepth: 8, colourType: 0 },
    rows: Buffer.from([0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1]),
  });
  const masked = { label: 'cup', shape_type: 'mask', mask: Buffer.from(mask).toString('base64') };
  const shapes = [
    { label: 'cup', points: corners, shape_type: 'quadrilateral', locked: true, direction: 0.5 },
    {
      ...masked,
      points: [
        [10, 20],
        [12, 21],
      ],
    },
    {
      ...masked,
      points: [
        [20.5, 20],
        [22, 21],
      ],
    },
    { label: 'box', points: [...corners, ...corners], shape_type: 'cuboid' },
  ];
  const files = {
    'a.json': JSON.stringify({ version: '7.9.1', imagePath: 'a.png', imageData: null, shapes }),
  };
  const { beside, told } = await readSet('labelme', { files });
  // As labelme 7.9.1 places them: between whole corners as large as those say, else as large as the picture.
  expect(beside).toEqual([
    'a.png cup 12 21,20,4,3',
    'a.png cup 192 4,3,16,12 locked',
    'a.png cup 6 10,20,3,2',
  ]);
  expect(told).toEqual([
    'Masks cut at their corners: their picture is larger',
    'Shapes left out: they enclose nothing',
  ]);
});
