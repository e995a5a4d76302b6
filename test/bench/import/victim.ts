import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { contract } from '../../../electron/common/contract.ts';
import { createClient } from '../../../electron/common/rpc/client.ts';
import { type Pass, connectWith } from '../../helpers/served-app.ts';

/** See anOnlooker in ../onlooker.ts. */
const client = createClient(contract, (await connectWith(workerData as Pass)).wire); // what it gives
let isOver = false;
parentPort?.once('message', () => (isOver = true));
parentPort?.postMessage('ready');
let [worst, answers] = [0, 0];
while (!isOver) {
  const asked = performance.now();
  await client.call('app.info', {});
  worst = Math.max(worst, performance.now() - asked);
  answers += 1;
  await sleep(5);
}
parentPort?.postMessage({ worst: Math.round(worst), answers });
