import type { WebSocket } from 'ws';
import type { AppContract } from '../../electron/common/contract.ts';
import { decodeMessage, encodeMessage } from '../../electron/common/rpc/codec.ts';
import { clientFrame, serverFrame } from '../../electron/common/rpc/frames.ts';
import type { Client } from '../../electron/common/rpc/client.ts';
import { byteMutations } from '../helpers/byte-mutations.ts';
import { changedSomewhere } from '../helpers/hostile-datasets.ts';
import { aPng } from '../helpers/pictures-on-disk.ts';
import { anAnnotation } from '../helpers/records.ts';
import { randomInteger } from '../helpers/seeded-random.ts';
import type { ServedApp } from '../helpers/served-app.ts';
import type { Attack, Ending } from './mutation-campaign.ts';

/** Requests as the page sends them; what they name is there. Questions are not among them: an answer takes as long as it takes. */
function requests(imageId: string, folder: string): readonly (readonly [keyof AppContract, unknown])[] {
  const annotation = anAnnotation({ name: 'framed' });
  const commit = {
    diff: { added: [annotation], changed: [], removed: [] },
    label: 'x',
    window: 'w',
    baseRevision: 0,
  };
  const file = {
    kind: 'bytes',
    name: 'x.json',
    data: new TextEncoder().encode('{"images":[],"annotations":[]}'),
  };
  return [
    ['app.info', {}],
    ['settings.get', {}],
    ['settings.set', { theme: 'dark', maskOpacity: 0.5, shortcuts: { undo: 'Ctrl+Z' } }],
    ['files.list', { folder }],
    ['project.recent', {}],
    ['project.forget', { folder: '/nowhere' }],
    ['project.snapshot', {}],
    ['project.rename', { name: 'Framed' }],
    ['project.saveView', { view: { image: imageId, zoom: [1, 2, 3] } }],
    ['project.commit', commit],
    [
      'images.import',
      { sources: [{ kind: 'bytes', name: 'a.png', data: aPng({ width: 4, height: 4 }) }], copy: true },
    ],
    ['images.check', {}],
    ['images.relink', { imageId, path: folder }],
    ['images.pixels', { imageId, box: [0, 0, 4, 4] }],
    ['chat.suggest', { imageId }],
    ['chat.readAhead', { imageId }],
    ['models.list', {}],
    ['models.status', {}],
    ['labels.read', { source: file }],
    ['formats.list', {}],
    ['formats.inspect', { format: 'coco', source: file }],
    ['formats.import', { format: 'coco', source: file, categoryMap: { a: 'b', c: null }, images: null }],
    ['formats.export', { format: 'coco', imageIds: [imageId], options: {}, path: null, replace: false }],
    ['jobs.list', {}],
    ['jobs.items', { id: '00000000-0000-0000-0000-000000000000', only: 'done', offset: 0, limit: 10 }],
    ['muse.lint', { path: null }],
    ['assist.scissors', { imageId, from: [1, 1], to: [3, 3] }],
  ];
}

/** Frames of one connection, damaged as values or as bytes. Each request among them must be answered, or its connection ended. */
export async function frameAttack(server: ServedApp): Promise<Attack> {
  const owner = await server.connect();
  await owner.call('project.create', { name: 'Framed', parent: null });
  const imageId = await anImageOf(owner);
  const all = requests(imageId, server.root);
  let open: Line | null = null;
  let nextId = 1;
  return {
    name: 'frames',
    async strike(random, alive) {
      if (open === null || open.isClosed) {
        open = await aLine(server);
        nextId = 1;
      }
      const [name, input] = all[randomInteger(random, 0, all.length)] ?? all[0] ?? ['app.info', {}];
      const id = nextId++;
      const whole = { type: 'request', id, name, input };
      const isByBytes = random() < 0.5;
      const frame = isByBytes
        ? changedBytes(Buffer.from(encodeMessage(whole)), random)
        : encodeMessage(changedSomewhere(whole, random));
      const sent = `${name}, ${isByBytes ? 'bytes' : 'values'}`;
      const asks = requestIn(frame);
      open.socket.send(frame);
      // Its own request comes after it: as long as the connection lives, it is answered.
      const after = nextId++;
      open.socket.send(encodeMessage({ type: 'request', id: after, name: 'app.info', input: {} }));
      const ended = await open.until(
        (answered) => answered.has(after) && (asks === null || answered.has(asks)),
        alive,
      );
      if (asks !== null && asks >= after) open.socket.close(); // its ids would meet ours
      return { input: sent, ...ended };
    },
    async dispose() {
      open?.socket.close();
      owner.close();
    },
  };
}

interface Line {
  readonly socket: WebSocket;
  readonly isClosed: boolean;
  /** Waits until these requests were answered or the connection ended. */
  until(isOver: (answered: ReadonlySet<number>) => boolean, alive: () => void): Promise<Ending>;
}

async function aLine(server: ServedApp): Promise<Line> {
  const { socket, wire } = await server.connectRaw();
  const answered = new Set<number>();
  let fault = '';
  let isClosed = false;
  let wake: () => void = () => undefined;
  wire.onMessage((message) => {
    const frame = serverFrame.safeParse(message);
    if (!frame.success || frame.data.type === 'push') return;
    const { data } = frame;
    if (data.type === 'error' && data.error.code === 'internal') fault = `internal: ${data.error.message}`;
    if (data.type !== 'item') answered.add(data.id);
    wake();
  });
  wire.onClose(() => {
    isClosed = true;
    wake();
  });
  return {
    socket,
    get isClosed() {
      return isClosed;
    },
    async until(isOver, alive) {
      while (!isClosed && !isOver(answered))
        await new Promise<void>((resolve) => {
          wake = () => {
            alive();
            resolve();
          };
        });
      const why = fault;
      fault = '';
      return isClosed ? { kind: 'refused', why: why || 'the connection was ended' } : { kind: 'taken', why };
    },
  };
}

/** The id that the server must answer, as the frame stands; null where it is no request. */
function requestIn(frame: Uint8Array): number | null {
  try {
    const copy = new Uint8Array(frame); // its own buffer, from its start
    const parsed = clientFrame.safeParse(decodeMessage(copy.buffer));
    return parsed.success && parsed.data.type === 'request' ? parsed.data.id : null;
  } catch {
    return null;
  }
}

function changedBytes(frame: Buffer, random: () => number): Buffer {
  return byteMutations[randomInteger(random, 0, byteMutations.length)]?.apply(frame, random) ?? frame;
}

async function anImageOf(client: Client<AppContract>): Promise<string> {
  const sources = [{ kind: 'bytes' as const, name: 'a.png', data: aPng({ width: 8, height: 8 }) }];
  for await (const event of client.stream('images.import', { sources, copy: true }))
    if (event.type === 'done' && event.imageIds[0] !== undefined) return event.imageIds[0];
  throw new Error('The picture did not come in.');
}
