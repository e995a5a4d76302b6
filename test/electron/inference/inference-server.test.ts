import { expect, test, vi } from 'vitest';
import { createInferenceServer } from '../../../electron/inference/inference-server.ts';
import { scriptedRoom } from '../../helpers/scripted-model.ts';

test('files for pointing at objects are held until others are asked, or they are let go of', async () => {
  const open = new Set<string>();
  const room = {
    ...scriptedRoom({ answer: () => 'A cup {left}.' }),
    loadSegmenter: async ({ encoder }: { readonly encoder: string }) => {
      open.add(encoder);
      return {
        description: {
          family: 'sam',
          words: encoder,
          side: 64,
          takesBoxes: true,
          takesOutside: true,
        } as const,
        segment: () => Promise.reject(new Error('Nobody asks.')),
        dispose: async () => void open.delete(encoder),
      };
    },
  };
  const replies: { readonly type: string; readonly id: number }[] = [];
  const take = createInferenceServer(room, (reply) => replies.push(reply));
  const describe = (id: number, encoder: string) =>
    take({ type: 'describe-segmenter', id, files: { encoder, decoder: '/nowhere/decoder.onnx' } });
  const ended = (id: number) =>
    vi.waitFor(() => expect(replies).toContainEqual(expect.objectContaining({ type: 'result', id })));
  describe(1, '/nowhere/a.onnx');
  describe(2, '/nowhere/b.onnx');
  await ended(2);
  expect([...open]).toEqual(['/nowhere/b.onnx']);
  take({ type: 'forget-segmenter', id: 3 });
  await ended(3);
  expect([...open]).toEqual([]);
  take({ type: 'forget-segmenter', id: 4 });
  describe(5, '/nowhere/b.onnx');
  await ended(5);
  expect([...open]).toEqual(['/nowhere/b.onnx']);
});
