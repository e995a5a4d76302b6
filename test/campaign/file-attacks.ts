import { cp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { AppContract, ProjectChanged } from '../../electron/common/contract.ts';
import type { ImageId } from '../../electron/common/document/records.ts';
import { AppError } from '../../electron/common/errors.ts';
import type { Client } from '../../electron/common/rpc/client.ts';
import { readManifest } from '../../native-models/convert.ts';
import { byteMutations } from '../helpers/byte-mutations.ts';
import { aHostile, goodCoco, goodMuse, unaccounted, withOtherBytes } from '../helpers/hostile-datasets.ts';
import { aBmp, aPackedBmp, aPng, aRgbPicture } from '../helpers/pictures-on-disk.ts';
import { randomInteger } from '../helpers/seeded-random.ts';
import type { ServedApp } from '../helpers/served-app.ts';
import type { Attack, Ending } from './mutation-campaign.ts';

type AppWindow = Client<AppContract>;

/** The bytes after one mutation, and its name. */
function damaged(bytes: Buffer, random: () => number): { readonly name: string; readonly bytes: Buffer } {
  const mutation = byteMutations[randomInteger(random, 0, byteMutations.length)];
  return { name: mutation?.name ?? '', bytes: mutation?.apply(Buffer.from(bytes), random) ?? bytes };
}

function pickOf<T>(all: readonly T[], random: () => number): T {
  return all[randomInteger(random, 0, all.length)] as T; // no attack has an empty list
}

/** Runs `work` with a word on what is sent, which a refusal carries on. */
async function said(
  input: string,
  work: () => Promise<Ending>,
): Promise<{ readonly input: string } & Ending> {
  try {
    return { input, ...(await work()) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, error.message, { ...error.details, input });
  }
}

const perProject = 150;

/** Pictures of each kind the app reads. A cut one that comes in must have every pixel it had. */
export async function pictureAttack(server: ServedApp): Promise<Attack> {
  const client = await server.connect();
  const size = { width: 48, height: 40 };
  const raw = sharp(aRgbPicture(size), { raw: { ...size, channels: 3 } });
  const pictures = {
    png: await raw.clone().png().toBuffer(),
    deepPng: await raw.clone().toColourspace('rgb16').png().toBuffer(),
    jpeg: await raw.clone().jpeg().toBuffer(),
    progressive: await raw.clone().jpeg({ progressive: true }).toBuffer(),
    webp: await raw.clone().webp().toBuffer(),
    lossless: await raw.clone().webp({ lossless: true }).toBuffer(),
    gif: await raw.clone().gif().toBuffer(),
    tiff: await raw.clone().tiff({ compression: 'lzw' }).toBuffer(),
    bigTiff: await raw.clone().tiff({ bigtiff: true, compression: 'deflate' }).toBuffer(),
    avif: await raw.clone().avif().toBuffer(),
    bmp: aBmp(size),
    packedBmp: aPackedBmp(size),
  };
  const sound = new Map<string, Buffer>();
  for (const [name, bytes] of Object.entries(pictures)) sound.set(name, await pixelsOf(client, name, bytes));
  let since = perProject;
  return {
    name: 'images',
    async strike(random, alive) {
      if (since++ >= perProject) {
        since = 1;
        await freshProject(client);
      }
      const [name, bytes] = pickOf(Object.entries(pictures), random);
      const change = damaged(bytes, random);
      return said(`${name}, ${change.name}`, async () => {
        const { ids, there, failed, notes } = await bring(client, change.bytes, alive);
        if (ids.length + there + failed.length !== 1)
          return { kind: 'silent', why: `${ids.length} in, ${there} there, ${failed.length} failed` };
        if (failed.length > 0) return { kind: 'refused', why: failed.join(' ') };
        const [id] = ids;
        if (id === undefined || change.name !== 'cut' || notes > 0) return { kind: 'taken', why: '' };
        const now = await client.call('images.pixels', { imageId: id, box: [0, 0, size.width, size.height] });
        return Buffer.from(now.rgb).equals(sound.get(name) ?? Buffer.alloc(0))
          ? { kind: 'taken', why: '' }
          : { kind: 'silent', why: 'a picture that was cut off came in, and nothing was said' };
      });
    },
    dispose: () => closed(client),
  };

  async function pixelsOf(window: AppWindow, name: string, bytes: Buffer): Promise<Buffer> {
    await freshProject(window);
    const [imageId] = (await bring(window, bytes, () => undefined)).ids;
    if (imageId === undefined) throw new Error(`The sound ${name} did not come in.`);
    const { rgb } = await window.call('images.pixels', { imageId, box: [0, 0, size.width, size.height] });
    return Buffer.from(rgb);
  }
}

async function bring(
  client: AppWindow,
  data: Uint8Array,
  alive: () => void,
): Promise<{ ids: ImageId[]; there: number; failed: string[]; notes: number }> {
  const outcome = { ids: [] as ImageId[], there: 0, failed: [] as string[], notes: 0 };
  const sources = [{ kind: 'bytes' as const, name: 'picture.bin', data: new Uint8Array(data) }];
  for await (const event of client.stream('images.import', { sources, copy: true })) {
    alive();
    if (event.type === 'failed') outcome.failed.push(`${event.error.code}: ${event.error.message}`);
    else if (event.type === 'noted') outcome.notes += 1;
    else if (event.type === 'done') {
      outcome.ids.push(...event.imageIds);
      outcome.there += event.alreadyThere.length;
    }
  }
  return outcome;
}

/** COCO or MUSE: whatever of the file did not come in must be told. */
export async function datasetAttack(server: ServedApp, format: 'coco' | 'muse'): Promise<Attack> {
  const client = await server.connect();
  const good = format === 'coco' ? goodCoco : goodMuse;
  let turns = 0;
  client.on('project.changed', ({ diff }: ProjectChanged) => {
    turns += diff.added.filter(({ kind }) => kind === 'turn').length;
  });
  let since = perProject;
  return {
    name: format,
    async strike(random, alive) {
      if (since++ >= perProject) {
        since = 1;
        await freshProject(client);
        for (const number of [1, 2]) {
          const data = aPng({ width: 12, height: 10 }, number);
          const sources = [{ kind: 'bytes' as const, name: `photo-${number}.jpg`, data }];
          for await (const _ of client.stream('images.import', { sources, copy: true })) alive();
        }
      }
      const isByBytes = random() < 0.3;
      const { value, text } = aHostile(good, random);
      const bytes = isByBytes ? withOtherBytes(JSON.stringify(good), random) : Buffer.from(text);
      return said(isByBytes ? 'bytes' : text.slice(0, 300), async () => {
        turns = 0;
        const source = { kind: 'bytes' as const, name: 'file.json', data: new Uint8Array(bytes) };
        const request = { format, source, categoryMap: {}, images: null };
        for await (const event of client.stream('formats.import', request)) {
          alive();
          if (event.type !== 'done') continue;
          const missing = isByBytes ? 0 : unaccounted(value, { ...event, turns });
          if (missing !== 0) return { kind: 'silent', why: `${missing} unaccounted for` };
        }
        return { kind: 'taken', why: '' };
      });
    },
    dispose: () => closed(client),
  };
}

/** Files of a model folder that is verified, and every eighth time loaded. */
export async function modelAttack(server: ServedApp, model: string): Promise<Attack> {
  const client = await server.connect();
  const folder = join(server.root, 'model');
  await cp(model, folder, { recursive: true });
  const names = await filesOf(folder);
  const listed = new Set((await readManifest(folder)).files.map(({ path }) => path));
  let count = 0;
  return {
    name: 'models',
    async strike(random, alive) {
      const file = pickOf(names, random);
      const isLoading = ++count % 8 === 0;
      return withDamage(folder, file, random, (input) =>
        said(input, async () => {
          if (isLoading) {
            await client.call('models.load', { folder });
            return { kind: 'taken', why: '' };
          }
          for await (const event of client.stream('models.verify', { folder })) {
            alive();
            if (event.type !== 'done' || event.ok) continue;
            return { kind: 'refused', why: event.problems.join(' ') };
          }
          return listed.has(file) && !input.endsWith('nothing')
            ? { kind: 'silent', why: 'verified as whole' }
            : { kind: 'taken', why: '' };
        }),
      );
    },
    async dispose() {
      await client.call('models.unload', {});
      await closed(client);
    },
  };
}

/** Files of a checkpoint that is converted: to the model it was, or to none. */
export async function checkpointAttack(
  server: ServedApp,
  sources: { readonly model: string; readonly vision: string },
): Promise<Attack> {
  const client = await server.connect();
  const [folder, vision] = [
    join(server.root, 'checkpoint'),
    join(server.root, 'openai', 'clip-vit-tiny-patch14-336'),
  ];
  await cp(sources.model, folder, { recursive: true });
  await cp(sources.vision, vision, { recursive: true });
  const names = await filesOf(folder);
  const out = join(server.root, 'converted');
  const convert = async (alive: () => void): Promise<string> => {
    try {
      const request = { checkpoint: folder, vision, out, precision: 'int8' as const };
      for await (const _ of client.stream('models.convert', request)) alive();
      const { files, tokens, network } = await readManifest(out);
      return JSON.stringify([files.map(({ sha256 }) => sha256), tokens, network]);
    } finally {
      await rm(out, { recursive: true, force: true });
    }
  };
  let sound: string | null = null;
  return {
    name: 'checkpoints',
    async strike(random, alive) {
      sound ??= await convert(alive);
      const file = pickOf(names, random);
      return withDamage(folder, file, random, (input) =>
        said(input, async () => {
          const isSame = (await convert(alive)) === sound;
          // config.json, its kin and the tokenizer carry no checksum: what they say there is taken as said.
          return isSame || /\.json$|^tokenizer\.model$/u.test(file)
            ? { kind: 'taken', why: '' }
            : { kind: 'silent', why: 'converted to another model' };
        }),
      );
    },
    dispose: () => closed(client),
  };
}

async function withDamage<T>(
  folder: string,
  file: string,
  random: () => number,
  work: (input: string) => Promise<T>,
): Promise<T> {
  const path = join(folder, file);
  const before = await readFile(path);
  const change = damaged(before, random);
  await writeFile(path, change.bytes);
  try {
    return await work(`${file}, ${change.name}${change.bytes.equals(before) ? ', nothing' : ''}`);
  } finally {
    await writeFile(path, before);
  }
}

async function filesOf(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const name of (await readdir(folder)).toSorted())
    if ((await stat(join(folder, name))).isFile()) names.push(name);
  return names;
}

let projects = 0;

async function freshProject(client: AppWindow): Promise<void> {
  await client.call('project.create', { name: `Attacked ${++projects}`, parent: null });
}

async function closed(client: AppWindow): Promise<void> {
  client.close();
}
