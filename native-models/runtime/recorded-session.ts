/**
 * A WebGPU session that records the commands of runs which come again and again (a step, a drafted codebook run) and from then on has the card
 * repeat them: between the first and the last token nothing of the graph is gone through again, and no command, buffer or binding is made anew.
 *
 * A recording is of one memory: what a run reads from main memory is sent into fixed places of the card first, and what it gives is fetched from
 * fixed places afterwards, each by a session of its own that only copies.
 */
import type { BoundSession } from './bound-session.ts';
import { copyGraph, copyOfName } from './copy-graph.ts';
import type { Copied } from './copy-graph.ts';
import { dtypeOf } from './ort-tensors.ts';
import type { DeviceTensor, HostTensor, RunTensor, Session } from './ort-tensors.ts';

type Tensors = Readonly<Record<string, RunTensor>>;

/** Recordings hold memory of their own; an answer needs two. */
const mostRecordings = 4;

export interface RecordedOptions {
  /** Opens a session of a small graph that shares this one's memory. */
  readonly openBeside: (model: Uint8Array) => BoundSession;
  /** Whether runs like this one will come again often enough. */
  readonly comesAgain: (feeds: Tensors) => boolean;
}

export class RecordedSession implements Session {
  readonly inputNames: readonly string[] = [];
  readonly outputNames: readonly string[] = [];
  readonly #session: BoundSession;
  readonly #options: RecordedOptions;
  /** By the shapes and the memory of a run. */
  readonly #recordings = new Map<string, Recording>();
  readonly #seen = new Map<DeviceTensor, number>();

  constructor(session: BoundSession, options: RecordedOptions) {
    this.#session = session;
    this.#options = options;
  }

  /** How many kinds of runs the card repeats by itself. */
  get recordings(): number {
    return this.#recordings.size;
  }

  async run(
    feeds: Tensors,
    outputs: readonly string[],
    bound: Tensors = {},
  ): Promise<Record<string, RunTensor>> {
    if (!this.#options.comesAgain(feeds)) return this.#session.run(feeds, outputs, bound);
    const key = this.#keyOf(feeds, outputs);
    const known = this.#recordings.get(key);
    if (known) return known.run(feeds, bound);
    // The first is run as any other: it says how large its outputs are.
    const results = await this.#session.run(feeds, outputs, bound);
    if (this.#recordings.size < mostRecordings) {
      const graph = this.#recordings.size + 1;
      this.#recordings.set(
        key,
        new Recording(this.#session, { graph, feeds, results, openBeside: this.#options.openBeside }),
      );
    }
    return results;
  }

  allocate(dtype: 'f32' | 'f16', dims: readonly number[]): Promise<RunTensor> {
    return this.#session.allocate(dtype, dims);
  }

  async release(): Promise<void> {
    for (const recording of this.#recordings.values()) await recording.release();
    this.#recordings.clear();
    await this.#session.release();
  }

  #keyOf(feeds: Tensors, outputs: readonly string[]): string {
    const parts = Object.entries(feeds).map(([name, tensor]) =>
      tensor.location === 'host' ? `${name} ${tensor.dims.join()}` : `${name} #${this.#numberOf(tensor)}`,
    );
    return [...parts, ...outputs].join('; ');
  }

  #numberOf(tensor: DeviceTensor): number {
    const number = this.#seen.get(tensor) ?? this.#seen.size;
    this.#seen.set(tensor, number);
    return number;
  }
}

/** One kind of run, its fixed memory and the two sessions that fill and read it. */
class Recording {
  readonly #session: BoundSession;
  readonly #graph: number;
  readonly #send: BoundSession;
  readonly #fetch: BoundSession;
  readonly #inputs: Readonly<Record<string, DeviceTensor>>;
  readonly #outputs: Readonly<Record<string, DeviceTensor>>;

  constructor(
    session: BoundSession,
    {
      graph,
      feeds,
      results,
      openBeside,
    }: {
      graph: number;
      feeds: Tensors;
      results: Tensors;
      openBeside: RecordedOptions['openBeside'];
    },
  ) {
    this.#session = session;
    this.#graph = graph;
    const sent = hostTensors(feeds).map(copiedOf);
    const fetched = hostTensors(results).map(copiedOf);
    const placesOf = (tensors: readonly Copied[]): Record<string, DeviceTensor> =>
      Object.fromEntries(tensors.map(({ name, dtype, dims }) => [name, session.reserve(dtype, dims)]));
    this.#inputs = placesOf(sent);
    this.#outputs = placesOf(fetched);
    this.#send = openBeside(copyGraph(sent));
    this.#fetch = openBeside(copyGraph(fetched));
  }

  async run(feeds: Tensors, bound: Tensors): Promise<Record<string, RunTensor>> {
    await this.#send.run(Object.fromEntries(hostTensors(feeds)), [], named(this.#inputs, copyOfName));
    // The first run with this number records; the others repeat it.
    await this.#session.run({ ...feeds, ...this.#inputs }, [], { ...this.#outputs, ...bound }, this.#graph);
    const names = Object.keys(this.#outputs);
    const results = await this.#fetch.run(this.#outputs, names.map(copyOfName));
    return named(results, (name) => names.find((own) => copyOfName(own) === name) ?? name);
  }

  async release(): Promise<void> {
    for (const tensor of [...Object.values(this.#inputs), ...Object.values(this.#outputs)]) tensor.release();
    await this.#send.release();
    await this.#fetch.release();
  }
}

function hostTensors(tensors: Tensors): [string, HostTensor][] {
  return Object.entries(tensors).flatMap(([name, tensor]): [string, HostTensor][] =>
    tensor.location === 'host' ? [[name, tensor]] : [],
  );
}

function copiedOf([name, { data, dims }]: readonly [string, HostTensor]): Copied {
  return { name, dtype: dtypeOf(data), dims };
}

function named<Item>(
  items: Readonly<Record<string, Item>>,
  name: (own: string) => string,
): Record<string, Item> {
  return Object.fromEntries(Object.entries(items).map(([own, item]) => [name(own), item]));
}
