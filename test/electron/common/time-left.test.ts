import { expect, test } from 'vitest';
import { timeLeft } from '../../../electron/common/time-left.ts';

test('what is left is said no more exactly than anybody can know it', () => {
  const [minute, hour] = [60_000, 3_600_000];
  const said = [
    0,
    59_999,
    minute,
    2.6 * minute,
    59.4 * minute,
    59.6 * minute,
    23 * hour,
    24 * hour,
    60 * hour,
  ].map(timeLeft);
  expect(said).toEqual([
    'under a minute left',
    'under a minute left',
    'about 1 minute left',
    'about 3 minutes left',
    'about 59 minutes left',
    'about 1 hour left',
    'about 23 hours left',
    'about 1 day left',
    'about 3 days left',
  ]);
});
