import { join } from 'node:path';
import { createBackend } from '../../../electron/backend/create-backend.ts';
import type { AnnotationRecord, ImageRecord } from '../../../electron/common/document/records.ts';
import { wholeSnapshot } from '../../../electron/common/whole-snapshot.ts';
import { connectInside } from '../../../electron/hosts/cli/session.ts';
import { forkInference } from '../../../electron/hosts/fork-inference.ts';
import { findLitter } from '../../campaign/find-litter.ts';
import {
  askMany,
  bringPictures,
  convert,
  edit,
  exportAll,
  importMasks,
  makeProjects,
  type Restless,
} from '../../campaign/restless-work.ts';
import { aScriptedProcess, scriptedRoom } from '../scripted-model.ts';
import { seededRandom } from '../seeded-random.ts';

/** What a round of the campaign is told, as JSON in argv. */
export interface CampaignRound {
  readonly folder: string;
  readonly resources: string;
  readonly seed: number;
  /** With real processes for the model, which convert this checkpoint besides; null for a scripted model inside. */
  readonly conversion: {
    readonly bundles: string;
    readonly model: string;
    readonly vision: string;
  } | null;
}

/**
 * Opens the campaign's project, says what it holds and what litter lies about, then edits, imports, makes and deletes projects, exports, converts
 * and runs batches all at once until it is killed. Prints a JSON line for each thing it is about to do and each thing that was acknowledged.
 */
const { folder, resources, seed, conversion } = JSON.parse(process.argv[2] ?? '') as CampaignRound; // the campaign's own words
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const room = scriptedRoom({ answer: ({ question }) => `You asked ${question}, the thing {left}.` });
const backend = await createBackend({
  door: 'cli',
  version: '0.0.0',
  dataFolder: join(folder, 'data'),
  projectsFolder: join(folder, 'projects'),
  resourcesFolder: resources,
  bundlesFolder: join(folder, 'bundles'),
  roots: null,
  grants: null,
  loadsModelAtStart: false,
  showOpenDialog: null,
  showSaveDialog: null,
  openExternal: null,
  startInferenceProcess: conversion ? forkInference(conversion.bundles) : () => aScriptedProcess(room),
});
const client = connectInside(backend);
const project = join(folder, 'projects', 'Campaign');
const told = await client
  .call('project.open', { folder: project })
  .catch(() => client.call('project.create', { name: 'Campaign', parent: null }));
const { entities } = await wholeSnapshot(client, told);
const images = entities.filter((record): record is ImageRecord => record.kind === 'image');
const isOurs = (record: AnnotationRecord): boolean => record.source !== 'model';
const masks = new Map(
  entities
    .filter((record): record is AnnotationRecord => record.kind === 'annotation' && isOurs(record))
    .map((record) => [record.id as string, record]),
);
// The list of recent projects is written beside everything else: this call comes after it.
await client.call('project.recent', {});
say({
  state: [...masks.values()].map(({ id, name }) => [id, Number(name)]),
  images: images.map(({ id }) => id),
  jobs: (await client.call('jobs.list', {})).map(({ id, done }) => [id, done]),
  answers: entities.filter((record) => record.kind === 'turn' && record.outcome === 'answered').length,
  broken: (await client.call('images.check', {})).filter(({ state }) => state !== 'present').length,
  litter: await findLitter(folder, project, images),
});

let last = Date.now();
const restless: Restless = {
  ...{ client, other: connectInside(backend), folder, random: seededRandom(seed), say, images, masks },
  count: () => ++last,
};
const work = [edit, edit, bringPictures, importMasks, makeProjects, exportAll, askMany];
if (conversion) work.push(convert(conversion));
await Promise.all(work.map((one) => one(restless)));
