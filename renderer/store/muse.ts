import type { AppContract } from '../../electron/common/contract.ts';
import type {
  BrowseShown,
  ComparisonReport,
  EvaluationInfo,
} from '../../electron/common/muse/evaluation-messages.ts';
import type {
  EndpointInfo,
  GenerationEstimate,
  LintReport,
  Statistics,
} from '../../electron/common/muse/muse-messages.ts';
import type { InputOf, ItemOf, OutputOf } from '../../electron/common/messages.ts';
import { backend } from './client.ts';
import { receiveJob } from './project-jobs.ts';

/** What the MUSE workbench asks of the backend. `path` null means the open project. */

export function endpointInfo(): Promise<EndpointInfo> {
  return backend().call('endpoint.get', {});
}

export function setEndpoint(endpoint: InputOf<AppContract['endpoint.set']>): Promise<EndpointInfo> {
  return backend().call('endpoint.set', endpoint);
}

export async function forgetEndpoint(): Promise<void> {
  await backend().call('endpoint.forget', {});
}

export type GenerateInput = InputOf<AppContract['muse.generate']>;

export function estimateGeneration(input: GenerateInput): Promise<GenerationEstimate> {
  return backend().call('muse.estimate', input);
}

/** Starts the job; its drafts come into the project one by one. */
export async function generateQuestions(input: GenerateInput): Promise<void> {
  receiveJob(await backend().call('muse.generate', input));
}

export function lintQuestions(path: string | null, signal: AbortSignal): Promise<LintReport> {
  return backend().call('muse.lint', { path }, { signal });
}

export function countQuestions(path: string | null, signal: AbortSignal): Promise<Statistics> {
  return backend().call('muse.statistics', { path }, { signal });
}

export function divideImages(
  shares: InputOf<AppContract['muse.split']>,
): Promise<OutputOf<AppContract['muse.split']>> {
  return backend().call('muse.split', shares);
}

export function listEvaluations(): Promise<readonly EvaluationInfo[]> {
  return backend().call('evaluations.list', {});
}

export type CompareInput = InputOf<AppContract['evaluations.compare']>;

export function compareEvaluations(input: CompareInput, signal: AbortSignal): Promise<ComparisonReport> {
  return backend().call('evaluations.compare', input, { signal });
}

export async function comparisonPage(input: CompareInput): Promise<string> {
  return (await backend().call('evaluations.page', input)).html;
}

export type OpenedFile = Extract<ItemOf<AppContract['browse.open']>, { type: 'done' }>;

/** Looks through a MUSE file; `onProgress` gets bytes. @returns null when it was broken off */
export async function openMuseFile(
  path: string,
  watch: { readonly signal: AbortSignal; readonly onProgress: (done: number, total: number | null) => void },
): Promise<OpenedFile | null> {
  for await (const event of backend().stream('browse.open', { path }, { signal: watch.signal })) {
    if (event.type === 'done') return event;
    watch.onProgress(event.done, event.total);
  }
  return null;
}

export type BrowseSearch = InputOf<AppContract['browse.list']>;

export function listMuseQuestions(
  search: BrowseSearch,
  signal: AbortSignal,
): Promise<OutputOf<AppContract['browse.list']>> {
  return backend().call('browse.list', search, { signal });
}

export function showMuseQuestion(
  question: InputOf<AppContract['browse.show']>,
  signal: AbortSignal,
): Promise<BrowseShown> {
  return backend().call('browse.show', question, { signal });
}
