import { ModelError } from '../../errors.ts';
import type { GraphFacts, TensorFacts } from '../ort.ts';

/** Refuses a file, with what was found in it. */
export function unknown(why: string, part: 'encoder' | 'decoder', graph: GraphFacts): ModelError {
  const found = `inputs ${listText(graph.inputs)}; outputs ${listText(graph.outputs)}`;
  return new ModelError('segmenter-unknown', `${why}. The ${part} has ${found}.`, { part, found });
}

const mostListed = 12;

function listText(tensors: readonly TensorFacts[]): string {
  const rest = tensors.length - mostListed;
  const listed = tensors.slice(0, mostListed).map(tensorText).join(', ');
  return rest > 0 ? `${listed} and ${rest} more` : listed;
}

export function tensorText({ name, type, dims }: TensorFacts): string {
  return `${name} ${type} [${dims.map((dim) => dim ?? '?').join(', ')}]`;
}
