import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { EmbeddingTable } from '../../../native-models/runtime/embedding-table.ts';

describe('embedding rows', () => {
  test('come from the file, also when far more are asked for than are kept', async () => {
    const rows = 1500;
    const table = await aTable(
      Float32Array.from({ length: rows * 2 }, (_, index) => index),
      { dtype: 'f32', rows, columns: 2 },
    );
    for (const token of [0, 1499, 7, ...Array.from({ length: 1200 }, (_, index) => index), 0]) {
      expect([...(await table.row(token))]).toEqual([token * 2, token * 2 + 1]);
    }
    await expect(table.row(rows)).rejects.toThrow(/not in the vocabulary/);
    await table.close();
  });

  test('are widened from half precision', async () => {
    const table = await aTable(Uint16Array.of(0x3c00, 0xc000, 0x3555, 0x0001), {
      dtype: 'f16',
      rows: 2,
      columns: 2,
    });
    expect([...(await table.row(0))]).toEqual([1, -2]);
    expect([...(await table.row(1))]).toEqual([0.333251953125, 2 ** -24]);
    await table.close();
  });

  test('are refused from a file of another size', async () => {
    await expect(aTable(new Float32Array(3), { dtype: 'f32', rows: 2, columns: 2 })).rejects.toMatchObject({
      code: 'model-damaged',
    });
  });
});

async function aTable(
  values: Float32Array | Uint16Array,
  settings: { dtype: 'f32' | 'f16'; rows: number; columns: number },
): Promise<EmbeddingTable> {
  const folder = await mkdtemp(path.join(tmpdir(), 'embedding-'));
  await writeFile(path.join(folder, 'embedding.bin'), values);
  return EmbeddingTable.open(folder, { file: 'embedding.bin', ...settings });
}
