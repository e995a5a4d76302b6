import { expect, onTestFinished, test } from 'vitest';
import { RecordSpool } from '../../../../electron/backend/project/record-spool.ts';
import { anAnnotation, anAnnotationId } from '../../../helpers/records.ts';

const masks = (count: number, name = 'cup') =>
  Array.from({ length: count }, (_, at) =>
    anAnnotation({ id: anAnnotationId(`m${at}`), name: `${name} ${at}` }),
  );

function aSpool(): RecordSpool {
  const spool = new RecordSpool();
  onTestFinished(() => spool.close());
  return spool;
}

test('records come out as they went in, as often as they are asked for, few or many, whatever their words', () => {
  for (const records of [[], masks(3), masks(500), masks(1_733, 'ligne\nzwei \ud800 日本 "x"')]) {
    const spool = aSpool();
    for (const record of records) spool.add(record);
    expect([spool.size, [...spool], [...spool]]).toEqual([records.length, records, records]);
  }
});

test('records may be added after some were read', () => {
  const spool = aSpool();
  const records = masks(1_200);
  for (const [at, record] of records.entries()) {
    spool.add(record);
    if (at % 400 === 0) expect([...spool]).toEqual(records.slice(0, at + 1));
  }
});

test('one that was closed is empty and holds no file', () => {
  const spool = aSpool();
  for (const record of masks(600)) spool.add(record);
  spool.close();
  expect([...spool]).toEqual([]);
});
