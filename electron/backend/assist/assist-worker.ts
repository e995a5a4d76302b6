import { parentPort } from 'node:worker_threads';
import { assert } from '../../common/errors.ts';
import type { AssistReply, AssistRequest } from './assist-messages.ts';
import { grabCut } from './grab-cut.ts';
import { loadOpenCv, openCvError } from './opencv.ts';
import { createScissors } from './scissors.ts';

/** The worker's entry: one request after another, each answered once. It is cancelled by being ended. */
assert(parentPort, 'this file runs as a worker');
const port = parentPort;
const cv = await loadOpenCv();
const scissors = createScissors(cv);

port.on('message', (request: AssistRequest) => {
  const reply = answer(request);
  const buffers =
    reply.type === 'mask' ? [reply.data.buffer] : reply.type === 'path' ? [reply.points.buffer] : [];
  // Ours alone: both were made for this reply.
  port.postMessage(reply, buffers as ArrayBuffer[]);
});

function answer(request: AssistRequest): AssistReply {
  try {
    if (request.type === 'grab-cut') return { type: 'mask', id: request.id, data: grabCut(cv, request) };
    return { type: 'path', id: request.id, points: scissors.path(request) };
  } catch (thrown) {
    return { type: 'failed', id: request.id, message: openCvError(cv, thrown).message };
  }
}
