import { assert } from '../errors.ts';
import { onnxDtypes, type OnnxDtype } from './dtype.ts';
import { elementsOf, shapeText, type Shape } from './shape.ts';

/** A tensor of the graph: an input, a weight or what a node computes. */
export type Value = { readonly name: string; readonly dtype: OnnxDtype; readonly shape: Shape };

export type Attribute = number | string | readonly number[] | { readonly float: number };

export type Node = {
  readonly name: string;
  readonly operator: string;
  /** '' for ONNX's own operators, 'com.microsoft' for ONNX Runtime's. */
  readonly domain: string;
  /** '' stands for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
};

/** A weight that is stored in the side file; `source` says how to make its bytes and means nothing to this room. */
export type Weight<Source> = { readonly value: Value; readonly source: Source };

/** A small constant that is stored in the .onnx file itself. */
export type Constant = { readonly value: Value; readonly bytes: Uint8Array };

export type NodeRequest = {
  readonly operator: string;
  readonly domain?: 'com.microsoft';
  readonly inputs: readonly (Value | null)[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** null leaves an optional output out. */
  readonly outputs: readonly ({ readonly dtype: OnnxDtype; readonly shape: Shape } | null)[];
};

/**
 * An ONNX graph while it is written down. Nodes and weights are named by paths ("layers/0/attention/scores");
 * a name given twice, or a value of another graph, throws at once.
 */
export class Graph<Source> {
  readonly name: string;
  readonly inputs: Value[] = [];
  readonly outputs: { readonly name: string; readonly value: Value }[] = [];
  readonly nodes: Node[] = [];
  readonly weights: Weight<Source>[] = [];
  readonly constants: Constant[] = [];
  readonly #values = new Map<string, Value>();
  readonly #nodeNames = new Set<string>();

  constructor(name: string) {
    this.name = name;
  }

  /** The graph's own level of names; deeper levels come from `inside`. */
  get root(): Scope<Source> {
    return new Scope(this, '');
  }

  input(name: string, dtype: OnnxDtype, shape: Shape): Value {
    const value = this.#declare({ name, dtype, shape });
    this.inputs.push(value);
    return value;
  }

  /** Gives a value to the caller of the model, under its own name. */
  output(name: string, value: Value): void {
    this.#check(value);
    assert(!this.outputs.some((other) => other.name === name), `output ${name} is given once`);
    this.outputs.push({ name, value });
  }

  weight(name: string, dtype: OnnxDtype, shape: readonly number[], source: Source): Value {
    const value = this.#declare({ name, dtype, shape });
    this.weights.push({ value, source });
    return value;
  }

  /** The weight of that name if the graph already has it: shared parts of a network ask before they declare. */
  existingWeight(name: string): Value | null {
    return this.weights.find((weight) => weight.value.name === name)?.value ?? null;
  }

  constant(name: string, dtype: OnnxDtype, shape: readonly number[], bytes: Uint8Array): Value {
    assert(
      bytes.length === elementsOf(shape) * onnxDtypes[dtype].bytes,
      `constant ${name} has the bytes of ${shapeText(shape)}`,
    );
    const value = this.#declare({ name, dtype, shape });
    this.constants.push({ value, bytes });
    return value;
  }

  node(name: string, request: NodeRequest): (Value | null)[] {
    assert(!this.#nodeNames.has(name), `node ${name} is named once`);
    this.#nodeNames.add(name);
    for (const input of request.inputs) if (input) this.#check(input);
    const outputs = request.outputs.map((output, index) => {
      return (
        output &&
        this.#declare({
          name: index === 0 ? `${name}.out` : `${name}.out${index}`,
          dtype: output.dtype,
          shape: output.shape,
        })
      );
    });
    this.nodes.push({
      name,
      operator: request.operator,
      domain: request.domain ?? '',
      inputs: request.inputs.map((input) => input?.name ?? ''),
      outputs: outputs.map((output) => output?.name ?? ''),
      attributes: request.attributes ?? {},
    });
    return outputs;
  }

  #declare(value: Value): Value {
    assert(!this.#values.has(value.name), `value ${value.name} is named once`);
    this.#values.set(value.name, value);
    return value;
  }

  #check(value: Value): void {
    assert(this.#values.get(value.name) === value, `value ${value.name} belongs to graph ${this.name}`);
  }
}

/** One level of names inside a graph. */
export class Scope<Source> {
  readonly graph: Graph<Source>;
  readonly path: string;

  constructor(graph: Graph<Source>, path: string) {
    this.graph = graph;
    this.path = path;
  }

  inside(name: string): Scope<Source> {
    return new Scope(this.graph, this.nameOf(name));
  }

  nameOf(name: string): string {
    return this.path === '' ? name : `${this.path}/${name}`;
  }

  /** Adds a node with one result. */
  compute(name: string, request: NodeRequest): Value {
    const [value] = this.graph.node(this.nameOf(name), request);
    assert(value, `node ${this.nameOf(name)} has a first result`);
    return value;
  }

  /** Adds a node with several results, none left out. */
  computeMany(name: string, request: NodeRequest): Value[] {
    return this.graph.node(this.nameOf(name), request).map((value) => {
      assert(value, `node ${this.nameOf(name)} gives all its results`);
      return value;
    });
  }

  integers(name: string, values: readonly number[]): Value {
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    return this.graph.constant(this.nameOf(name), 'i64', [values.length], bytes);
  }

  floats(name: string, shape: readonly number[], values: readonly number[]): Value {
    return this.graph.constant(
      this.nameOf(name),
      'f32',
      shape,
      new Uint8Array(Float32Array.from(values).buffer),
    );
  }
}
