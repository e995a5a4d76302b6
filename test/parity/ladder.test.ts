import { describe, expect, test } from 'vitest';
import { goldenFolder } from '../native-models/runtime/golden-folder.ts';
import { GoldenFolder } from './golden.ts';
import { climb } from './ladder.ts';
import { compareEqual, compareNumbers } from './rung.ts';
import type { Rung } from './rung.ts';

const golden = new GoldenFolder(goldenFolder);
const rungs: Rung[] = [];
for await (const rung of climb(golden, { precision: 'fp32', provider: 'cpu' })) rungs.push(rung);

describe('the parity ladder', () => {
  test.each([...new Set(rungs.map((rung) => rung.scope))])('has no failing rung in %s', (scope) => {
    expect(rungs.filter((rung) => rung.scope === scope && !rung.passed)).toEqual([]);
  });

  test('climbs every case, and compares every tensor that was recorded', () => {
    for (const example of golden.manifest.cases) {
      const names = rungs.filter((rung) => rung.scope === example.name).map((rung) => rung.name);
      // Ids that are the input of other rungs are not compared with themselves.
      const recorded = Object.keys(example.tensors).filter((name) => name !== 'input_ids');
      expect(
        recorded.filter((name) => !names.some((rung) => rung === name || rung.startsWith(`${name} `))),
        example.name,
      ).toEqual([]);
      expect(
        names.filter((name) => name.endsWith('.png (golden logits)')),
        example.name,
      ).toHaveLength(example.mask_png.length);
    }
  });

  test('ends every generated case with equal ids', () => {
    const generated = golden.manifest.cases
      .filter((example) => example.kind === 'evaluate')
      .map((example) => example.name);
    expect(
      rungs.filter((rung) => rung.name === 'output_ids' && rung.passed).map((rung) => rung.scope),
    ).toEqual(generated);
  });
});

describe('a rung', () => {
  test('fails when a number is off, missing, extra or no number', () => {
    expect(compareNumbers('s', 'n', [1, 2.5], [1, 2], 0.4).passed).toBe(false);
    expect(compareNumbers('s', 'n', [1, 2.3], [1, 2], 0.4)).toMatchObject({
      passed: true,
      maxRel: expect.closeTo(0.15),
    });
    expect(compareNumbers('s', 'n', [1], [1, 2], 9).passed).toBe(false);
    expect(compareNumbers('s', 'n', [1, 2, 3], [1, 2], 9).passed).toBe(false);
    expect(compareNumbers('s', 'n', [1, Number.NaN], [1, 2], 9).passed).toBe(false);
  });

  test('fails when things that must be equal are not', () => {
    expect(compareEqual('s', 'n', [1, 2], [1, 2]).passed).toBe(true);
    expect(compareEqual('s', 'n', [1, 3], [1, 2])).toMatchObject({
      passed: false,
      note: 'first difference at 1: 3 instead of 2',
    });
    expect(compareEqual('s', 'n', [1], [1, 2]).passed).toBe(false);
  });
});
