import { onnxDtypes } from './dtype.ts';
import type { Attribute, Graph, Node, Value } from './graph.ts';
import { ProtobufWriter } from './protobuf.ts';
import type { StoredWeight } from './side-file.ts';

const irVersion = 10;
const opsets = [
  { domain: '', version: 20 },
  { domain: 'com.microsoft', version: 1 },
];

const attributeType = { float: 1, int: 2, string: 3, floats: 6, ints: 7 } as const;
const externalData = 1;

/**
 * The bytes of the .onnx file of a graph whose weights lie in a side file. Field numbers are those of onnx.proto3.
 *
 * @param sideFile  its file name beside the .onnx file
 * @param stored    where each weight lies in it
 */
export function encodeModel<Source>(
  graph: Graph<Source>,
  sideFile: string,
  stored: readonly StoredWeight[],
): Uint8Array {
  const names = outputNames(graph);
  const model = new ProtobufWriter().integer(1, irVersion).text(2, 'pixellm-studio');
  model.message(7, (body) => {
    for (const node of graph.nodes) body.message(1, (message) => writeNode(message, node, names));
    for (const { value, name } of aliases(graph, names))
      body.message(1, (message) => writeIdentity(message, names.get(value.name) ?? value.name, name));
    body.text(2, graph.name);
    for (const constant of graph.constants)
      body.message(5, (message) => writeTensor(message, constant.value).bytes(9, constant.bytes));
    for (const weight of stored) body.message(5, (message) => writeExternal(message, weight, sideFile));
    for (const input of graph.inputs)
      body.message(11, (message) => writeValueInfo(message, input.name, input));
    for (const { name, value } of graph.outputs)
      body.message(12, (message) => writeValueInfo(message, name, value));
  });
  for (const { domain, version } of opsets)
    model.message(8, (opset) => opset.text(1, domain).integer(2, version));
  return model.finish();
}

/** A computed value that is an output takes the output's name, so that no copy is needed to rename it. */
function outputNames<Source>(graph: Graph<Source>): Map<string, string> {
  const computed = new Set(graph.nodes.flatMap((node) => node.outputs));
  const names = new Map<string, string>();
  for (const { name, value } of graph.outputs)
    if (computed.has(value.name) && !names.has(value.name)) names.set(value.name, name);
  return names;
}

/** Outputs that cannot take over a name: a second name of one value, or an input handed through. */
function aliases<Source>(
  graph: Graph<Source>,
  names: ReadonlyMap<string, string>,
): { value: Value; name: string }[] {
  return graph.outputs.filter(({ name, value }) => names.get(value.name) !== name);
}

function writeNode(message: ProtobufWriter, node: Node, names: ReadonlyMap<string, string>): void {
  for (const input of node.inputs) message.text(1, names.get(input) ?? input);
  for (const output of node.outputs) message.text(2, names.get(output) ?? output);
  message.text(3, node.name).text(4, node.operator);
  for (const [name, value] of Object.entries(node.attributes))
    message.message(5, (attribute) => writeAttribute(attribute, name, value));
  message.text(7, node.domain);
}

function writeIdentity(message: ProtobufWriter, from: string, to: string): void {
  message.text(1, from).text(2, to).text(3, `output/${to}`).text(4, 'Identity');
}

function writeAttribute(message: ProtobufWriter, name: string, value: Attribute): void {
  message.text(1, name);
  if (typeof value === 'number') message.integer(3, value).integer(20, attributeType.int);
  else if (typeof value === 'string') message.text(4, value).integer(20, attributeType.string);
  else if ('float' in value) message.float(2, value.float).integer(20, attributeType.float);
  else {
    for (const item of value) message.integer(8, item);
    message.integer(20, attributeType.ints);
  }
}

function writeTensor(message: ProtobufWriter, value: Value): ProtobufWriter {
  for (const dim of value.shape) message.integer(1, Number(dim));
  return message.integer(2, onnxDtypes[value.dtype].code).text(8, value.name);
}

function writeExternal(message: ProtobufWriter, weight: StoredWeight, sideFile: string): void {
  const entries = { location: sideFile, offset: String(weight.offset), length: String(weight.bytes) };
  writeTensor(message, weight.value);
  for (const [key, text] of Object.entries(entries))
    message.message(13, (entry) => entry.text(1, key).text(2, text));
  message.integer(14, externalData);
}

function writeValueInfo(message: ProtobufWriter, name: string, value: Value): void {
  message.text(1, name).message(2, (type) => {
    type.message(1, (tensor) => {
      tensor.integer(1, onnxDtypes[value.dtype].code).message(2, (shape) => {
        for (const dim of value.shape)
          shape.message(1, (entry) => (typeof dim === 'number' ? entry.integer(1, dim) : entry.text(2, dim)));
      });
    });
  });
}
