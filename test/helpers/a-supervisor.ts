import { onTestFinished } from 'vitest';
import type { ModelStatus } from '../../electron/common/contract.ts';
import { AppError } from '../../electron/common/errors.ts';
import {
  InferenceSupervisor,
  type Question,
  type QuestionEvent,
} from '../../electron/inference/inference-supervisor.ts';
import { aScriptedProcess, scriptedRoom, type Script, type ScriptedProcess } from './scripted-model.ts';

/** A model to load. */
export const choice = { folder: 'tiny', name: 'Tiny', provider: 'auto', threads: null } as const;
/** A question about a picture of 4 x 2 pixels. */
export const aQuestion = async (question: string, key = 'a'): Promise<Question> => ({
  image: { key, width: 4, height: 2, rgb: new Uint8Array(24) },
  history: [],
  question,
  maxNewTokens: null,
});
export const never = () => new AbortController().signal;

/** A supervisor of scripted processes, all of those it ever started, and every status it told. */
export async function aSupervisor(script: Partial<Script> = {}, graceMs = 5000) {
  const processes: ScriptedProcess[] = [];
  const statuses: ModelStatus[] = [];
  const supervisor = new InferenceSupervisor({
    spawn: () => {
      const process = aScriptedProcess(
        scriptedRoom({ answer: ({ question }) => `You said ${question}.`, ...script }),
      );
      processes.push(process);
      return process;
    },
    chooseModel: () => Promise.reject(new AppError('no-model', 'There is none.')),
    onStatus: (status) => statuses.push(status),
    graceMs,
  });
  onTestFinished(() => supervisor.dispose());
  return { supervisor, processes, statuses };
}

export async function readAll(events: AsyncIterable<QuestionEvent>): Promise<QuestionEvent[]> {
  const all: QuestionEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}
