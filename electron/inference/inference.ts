import { convertCheckpoint, verifyModel } from '../../native-models/convert.ts';
import { loadEngine } from '../../native-models/runtime/engine.ts';
import { loadSegmenter } from '../../native-models/runtime/segmenter/segmenter.ts';
import { createInferenceServer } from './inference-server.ts';
import { openParentChannel } from './parent-channel.ts';

/**
 * The inference process: native code that may run out of memory or crash lives here and takes nothing with it.
 * Started and watched by inference-supervisor.ts.
 */
// A terminal's Ctrl-C reaches every process of the group; the parent decides when this one ends.
process.on('SIGINT', () => undefined);

const channel = openParentChannel();
channel.onMessage(
  createInferenceServer({ loadEngine, loadSegmenter, convertCheckpoint, verifyModel }, channel.send),
);
