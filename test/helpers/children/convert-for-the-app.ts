import { createInferenceServer } from '../../../electron/inference/inference-server.ts';
import { openParentChannel } from '../../../electron/inference/parent-channel.ts';
import { convertCheckpoint } from '../../../native-models/convert.ts';
import { scriptedRoom } from '../scripted-model.ts';

/** The real inside of an inference process: a scripted model answers, checkpoints are really converted. */
const scripted = scriptedRoom({ answer: ({ question }) => `You asked ${question}, the thing {left}.` });
const channel = openParentChannel();
channel.onMessage(createInferenceServer({ ...scripted, convertCheckpoint }, channel.send));
