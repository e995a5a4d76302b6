import { createInferenceServer } from '../../../electron/inference/inference-server.ts';
import { openParentChannel } from '../../../electron/inference/parent-channel.ts';
import { scriptedRoom } from '../scripted-model.ts';

/** The real inside of an inference process around a scripted model; some questions do what native code may do. */
const room = scriptedRoom({
  answer: ({ question }) => `You said ${question}, the thing {left}.`,
  async beforeAnswer({ question }) {
    if (question === 'die') process.kill(process.pid, 'SIGKILL');
    if (question === 'exit') process.exit(3);
    // Native code that does not come back to the event loop.
    if (question === 'hang') for (;;);
  },
});
const channel = openParentChannel();
channel.onMessage(createInferenceServer(room, channel.send));
