import { convertCheckpoint } from '../../../native-models/convert.ts';

/** Converts in a process of its own and names each stage as it begins, so that a test can kill it there. */
const [checkpoint = '', vision = '', out = ''] = process.argv.slice(2);
await convertCheckpoint({
  checkpoint,
  vision,
  out,
  precision: 'fp32',
  signal: new AbortController().signal,
  onProgress: ({ stage }) => process.stdout.write(`${stage}\n`),
});
