import { expect, onTestFinished, test } from 'vitest';
import {
  askMany,
  changeJob,
  followProjectJobs,
  forgetJob,
  questionsIn,
} from '../../../renderer/store/project-jobs.ts';
import { closeProject } from '../../../renderer/store/project.ts';
import { useStudio } from '../../../renderer/store/studio.ts';
import { aWindow, delivered } from '../../helpers/a-window.ts';
import { aJob, anImage } from '../../helpers/records.ts';
import { aScriptedStudio, type ScriptedStudio } from '../../helpers/scripted-studio.ts';

const ids = { old: '00000000-0000-4000-8000-000000000001', fresh: aJob().id };

const jobs = () => useStudio.getState().projectJobs;
const titles = () => useStudio.getState().toasts.map(({ title }) => title);

async function following(studio: ScriptedStudio): Promise<void> {
  const { client } = await aWindow(studio);
  onTestFinished(followProjectJobs(client));
  await delivered();
}

test('the jobs of the open project are listed, and what is told of them replaces what was known', async () => {
  const interrupted = aJob({ id: ids.old, state: 'interrupted', done: 1 });
  const studio = aScriptedStudio({
    entities: [anImage()],
    handlers: () => ({ 'jobs.list': async () => [interrupted], 'chat.askMany': async () => aJob() }),
  });
  await following(studio);
  expect(jobs()).toEqual([interrupted]);
  await askMany(null, ['What is red?']);
  studio.backend.push('jobs.changed', aJob({ done: 2 }));
  studio.backend.push('jobs.changed', aJob({ folder: '/projects/another', done: 3 }));
  await delivered();
  expect(jobs()).toEqual([aJob({ done: 2 }), interrupted]);
});

test('the end of a job is told once, with what failed, and a stop with its reason', async () => {
  const studio = aScriptedStudio({ entities: [anImage()] });
  await following(studio);
  studio.backend.push('jobs.changed', aJob());
  studio.backend.push('jobs.changed', aJob({ state: 'done', done: 2, failed: 1, running: [] }));
  studio.backend.push('jobs.changed', aJob({ state: 'done', done: 2, failed: 1, running: [] }));
  await delivered();
  expect(titles()).toEqual(['Finished: What is red?']);
  expect(useStudio.getState().toasts[0]).toMatchObject({
    tone: 'warning',
    text: '2 of 3 done. 1 failed; the list of jobs says why.',
  });
  const error = { code: 'disk-full', message: 'The disk is full.', details: {} } as const;
  studio.backend.push('jobs.changed', aJob({ state: 'running' }));
  studio.backend.push('jobs.changed', aJob({ state: 'stopped', error }));
  await delivered();
  expect(useStudio.getState().toasts.at(-1)).toMatchObject({
    title: 'Stopped: What is red?',
    text: 'The disk is full.',
  });
});

test('pause and resume show what the backend made of them; a forgotten job is gone', async () => {
  const asked: string[] = [];
  const studio = aScriptedStudio({
    entities: [anImage()],
    handlers: () => ({
      'jobs.list': async () => [aJob()],
      'jobs.pause': async () => aJob({ state: 'pausing' }),
      'jobs.remove': async ({ id }) => {
        asked.push(id);
        return {};
      },
    }),
  });
  await following(studio);
  await changeJob('pause', ids.fresh);
  expect(jobs()).toEqual([aJob({ state: 'pausing' })]);
  await forgetJob(ids.fresh);
  expect({ jobs: jobs(), asked }).toEqual({ jobs: [], asked: [ids.fresh] });
});

test('the jobs of a project that is still being read are asked for when it is here', async () => {
  let asked = 0;
  const studio = aScriptedStudio({
    entities: [anImage()],
    handlers: () => ({
      'jobs.list': async () => {
        asked += 1;
        return [aJob()];
      },
    }),
  });
  const { client } = await aWindow(studio);
  const coming = (toCome: number): void =>
    useStudio.setState(({ document }) => ({ document: { ...document, toCome } }));
  coming(5);
  onTestFinished(followProjectJobs(client));
  await delivered();
  expect([asked, jobs()]).toEqual([0, []]);
  coming(0);
  await delivered();
  expect([asked, jobs()]).toEqual([1, [aJob()]]);
});

test('jobs go from sight with their project', async () => {
  const studio = aScriptedStudio({
    entities: [anImage()],
    handlers: () => ({ 'jobs.list': async () => [aJob()] }),
  });
  await following(studio);
  await closeProject();
  await delivered();
  expect(jobs()).toEqual([]);
});

test('each line is a question; blank lines and repeats are none', () => {
  expect(questionsIn('What is red?\n\n  Is there a dog? \r\nWhat is red?\n')).toEqual([
    'What is red?',
    'Is there a dog?',
  ]);
  expect(questionsIn(' \n ')).toEqual([]);
});
