import { z } from 'zod';
import { answerStages, precisions } from '../../native-models/names.ts';
import {
  deviceReportSchema,
  gpuReportSchema,
  segmenterDescriptionSchema,
} from '../../native-models/shapes.ts';
import {
  annotationId,
  attributeSchema,
  boxSchema,
  colourSchema,
  diffSchema,
  drawnMask,
  entity,
  imageId,
  referenceSchema,
  rleSchema,
  targetId,
  turnId,
} from './document/records.ts';
import { longestQuestion, mostAskedImages, mostQuestions } from './asking-many.ts';
import { jobId, jobItems, jobItemsInput, jobStatus } from './job-messages.ts';
import { isAtMost, isSmall, pathText, shortText } from './limits.ts';
import { settingsPart, settingsSchema } from './settings.ts';
import { call, push, stream } from './messages.ts';
import * as muse from './muse/muse-messages.ts';
import * as evaluation from './muse/evaluation-messages.ts';
import { progressSchema } from './progress.ts';
import { wireErrorSchema } from './wire-error.ts';

/**
 * Every message between a window (or the command line) and the backend: the only list there is.
 * Inputs are parsed at the door; outputs are typed from the same schemas. Binary payloads are Uint8Array.
 * Images, tiles and thumbnails go by plain GET (asset-urls.ts), not through here.
 */

const nothing = z.object({});
const bytes = z.instanceof(Uint8Array) as z.ZodType<Uint8Array>;

// --- app ---------------------------------------------------------------------------------------

const sampleImage = z.object({ file: z.string(), title: z.string(), questions: z.array(z.string()) });

const appInfo = z.object({
  version: z.string(),
  door: z.enum(['desktop', 'browser', 'cli']),
  platform: z.string(),
  /** Where new projects go unless the person says otherwise. */
  projectsFolder: z.string(),
  samples: z.array(sampleImage),
});

// --- project -----------------------------------------------------------------------------------

const projectInfo = z.object({
  id: z.string(),
  name: z.string(),
  folder: z.string(),
  revision: z.int().min(0),
  createdAt: z.string(),
  /** Set where it lies in a place that cannot be written: it can be looked at and exported, and every change is refused. */
  isReadOnly: z.boolean().optional(),
});
export type ProjectInfo = z.infer<typeof projectInfo>;

const snapshot = z.object({
  project: projectInfo,
  entities: z.array(entity),
  /** Set where there are more records than travel at once: so many, `entities` is empty, and `project.records` has them. */
  rest: z.int().optional(),
  /** The renderer's own view state (image, zoom, selection, panes), as it last saved it. */
  view: z.record(z.string(), z.unknown()),
  /** What a person must know about how it was found, in sentences: changes that were saved and are gone. */
  notes: z.array(z.string()).optional(),
});
export type Snapshot = z.infer<typeof snapshot>;

const recentProject = z.object({
  name: z.string(),
  folder: z.string(),
  openedAt: z.string(),
  images: z.int(),
  /** Images set to done. */
  done: z.int(),
  targets: z.int(),
  /** Targets that nobody has decided upon. */
  toReview: z.int(),
  exists: z.boolean(),
});

const projectChanged = z.object({
  folder: z.string(),
  revision: z.int(),
  diff: diffSchema,
  /** Window that made the change; null for the backend's own (answers, imports). */
  window: z.string().nullable(),
  label: z.string(),
  /**
   * What takes this change back in one undo step; null when it cannot be undone.
   * It is not always the plain inverse: undoing an answer removes its masks and keeps the conversation.
   */
  undo: diffSchema.nullable(),
  /** Changes with one name here are one step for a person: the slices of an import or a drop, all that a job makes (its id). Left out, it stands alone. */
  step: z.string().optional(),
  /**
   * Set where the change is too large to be told by copy: `diff` is empty and `undo` null, and `project.largeChange` has the records.
   * `isUndoable`: the plain inverse takes it back in one step.
   */
  large: z.object({ records: z.int(), isUndoable: z.boolean() }).optional(),
});
export type ProjectChanged = z.infer<typeof projectChanged>;

// --- images ------------------------------------------------------------------------------------

const importedImage = z.discriminatedUnion('type', [
  progressSchema,
  z.object({ type: z.literal('failed'), name: z.string(), error: wireErrorSchema }),
  /** A word about a picture that came in (pages left out, values stretched), or about files that were passed over. */
  z.object({ type: z.literal('noted'), name: z.string(), note: z.string() }),
  z.object({ type: z.literal('done'), imageIds: z.array(imageId), alreadyThere: z.array(imageId) }),
]);

const imageState = z.object({
  imageId,
  /** 'outside': linked at a place that this server may not read, whether or not there is anything. */
  state: z.enum(['present', 'missing', 'changed', 'outside', 'unread']),
  path: z.string(),
});

// --- chat --------------------------------------------------------------------------------------

const stage = z.enum(['queued', ...answerStages]);

/** While an answer is made. The finished records arrive by `project.changed` before `done`. */
const askEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('turn'), turnId }),
  z.object({ type: z.literal('stage'), stage, /** questions in front of this one */ position: z.int() }),
  z.object({ type: z.literal('text'), delta: z.string() }),
  /** A target was named: `phraseStart..phraseEnd` are offsets into the text streamed so far. */
  z.object({
    type: z.literal('target-start'),
    targetId,
    phrase: z.string(),
    phraseStart: z.int(),
    phraseEnd: z.int(),
    colour: colourSchema,
  }),
  drawnMask.extend({ type: z.literal('target'), targetId, score: z.number() }),
  z.object({ type: z.literal('done'), turnId, outcome: z.enum(['answered', 'stopped', 'limit', 'failed']) }),
]);
export type AskEvent = z.infer<typeof askEvent>;

// --- models ------------------------------------------------------------------------------------

const modelCard = z.object({
  name: z.string(),
  summary: z.string(),
  /** Markdown for a person: what it knows, what it does not, measured figures, licences. */
  text: z.string(),
  /** Words the model knows; null when open-world. */
  vocabulary: z.array(z.string()).nullable(),
});

const modelInfo = z.object({
  folder: z.string(),
  name: z.string(),
  precision: z.string(),
  bundled: z.boolean(),
  bytes: z.number(),
  /** Bytes of memory it needs when loaded, as its manifest states. */
  memoryBytes: z.number().nullable(),
  problem: z.string().nullable(),
  /** Where it came from, as a sentence without its full stop; null when nobody wrote it down. */
  origin: z.string().nullable(),
  card: modelCard.nullable(),
});
export type ModelInfo = z.infer<typeof modelInfo>;

const modelStatus = z.object({
  state: z.enum(['none', 'loading', 'ready', 'reading-ahead', 'busy', 'failed']),
  folder: z.string().nullable(),
  name: z.string().nullable(),
  device: deviceReportSchema.nullable(),
  error: wireErrorSchema.nullable(),
  /** Questions waiting or running. */
  queue: z.int(),
  /** How many times the inference process had to be restarted since the app started. */
  restarts: z.int(),
});
export type ModelStatus = z.infer<typeof modelStatus>;

const convertProgress = z.discriminatedUnion('type', [
  progressSchema,
  z.object({ type: z.literal('done'), model: modelInfo }),
]);

// --- formats -----------------------------------------------------------------------------------

const formatOption = z.object({
  name: z.string(),
  label: z.string(),
  choices: z.array(z.object({ value: z.string(), label: z.string() })),
  /** Values beside the choices: any text that the pattern (a regular expression) fits as a whole. */
  other: z
    .object({ label: z.string(), hint: z.string(), pattern: z.string(), example: z.string() })
    .optional(),
  initial: z.string(),
  /** Left out where it always applies; else the choice of another option that it belongs to, or those that it does not belong to. */
  onlyWhen: z
    .object({ option: z.string(), value: z.string().optional(), not: z.array(z.string()).optional() })
    .optional(),
});
const formatInfo = z.object({
  id: z.string(),
  label: z.string(),
  description: z.string(),
  canExport: z.boolean(),
  canImport: z.boolean(),
  /** Endings of the files it reads, without the dot; with 'zip' it also reads a folder. */
  endings: z.array(z.string()),
  /** Extension of the written file without the dot; null when the format writes a folder. */
  extension: z.string().nullable(),
  /** The values of options with which it is one such file; with others it is an archive or a folder. Left out where it always is that. */
  alone: z.record(z.string(), z.string()).optional(),
  /** Of an export. */
  options: z.array(formatOption),
  /** Of an import; left out where there are none. */
  importOptions: z.array(formatOption).optional(),
});
export type FormatInfo = z.infer<typeof formatInfo>;
export type FormatOption = FormatInfo['options'][number];

/** One thing an export or import could not carry, in words, with how often. Never silent. */
const loss = z.object({ what: z.string(), count: z.int(), examples: z.array(z.string()) });
export type Loss = z.infer<typeof loss>;

const exportEvent = z.discriminatedUnion('type', [
  progressSchema,
  z.object({
    type: z.literal('done'),
    /** Paths written, or file names when the export was asked for as a download. */
    files: z.array(z.string()),
    /** One-time address of the result for a browser; null when it was written to disk. */
    download: z.string().nullable(),
    images: z.int(),
    annotations: z.int(),
    categories: z.int(),
    losses: z.array(loss),
    /** True when the written file was read again and held exactly what the report says. */
    verified: z.boolean(),
  }),
]);
export type ExportEvent = z.infer<typeof exportEvent>;

const importSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('path'), path: pathText }),
  z.object({ kind: z.literal('bytes'), name: pathText, data: bytes }),
]);
const foundLabels = z.object({
  labels: z.array(
    z.object({
      name: z.string(),
      supercategory: z.string().optional(),
      colour: colourSchema.optional(),
      attributes: z.array(attributeSchema).readonly().optional(),
    }),
  ),
  /** Entries that name no class. */
  passedOver: z.int(),
});
const importEvent = z.discriminatedUnion('type', [
  progressSchema,
  z.object({
    type: z.literal('done'),
    /** As which it was read. */
    format: shortText,
    images: z.int(),
    annotations: z.int(),
    categories: z.int(),
    /** Images that were added first, from a folder or from the source itself. */
    added: z.int(),
    /** Images of the file that were found in the project, by what: our hash, their path, their content on the disk, their name. */
    foundBy: z.object({ hash: z.int(), path: z.int(), content: z.int(), name: z.int() }),
    losses: z.array(loss),
  }),
]);
export type ImportEvent = z.infer<typeof importEvent>;

// --- mask help from the backend ----------------------------------------------------------------

const point = z.tuple([z.number(), z.number()]);

const directoryEntry = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'image', 'project', 'json', 'results', 'graph', 'other']),
  bytes: z.number(),
});

export const contract = {
  'app.info': call(nothing, appInfo),
  'settings.get': call(nothing, settingsSchema),
  'settings.set': call(settingsPart, settingsSchema),
  'settings.changed': push(settingsSchema),
  /** Opens a web address in the person's own browser (desktop) - http(s) only. */
  'app.openExternal': call(z.object({ url: z.url().max(8_192) }), nothing),
  /** A menu entry or system event of the desktop door that runs an action of the renderer's registry. */
  'app.action': push(z.object({ action: z.string(), window: z.string().nullable() })),

  // Native dialogs on the desktop; null means the person cancelled. The browser door answers with a `bad-input` error: it uses uploads and files.list.
  'dialog.open': call(
    z.object({
      title: shortText,
      want: z.enum(['images', 'folder', 'project', 'annotations', 'json', 'results', 'model', 'graph']),
      multiple: z.boolean().default(false),
    }),
    z.object({ paths: z.array(z.string()) }).nullable(),
  ),
  'dialog.save': call(
    z.object({ title: shortText, suggestedName: shortText, extension: shortText.nullable() }),
    z.object({ path: z.string() }).nullable(),
  ),
  /** Folders and files inside the roots the user named (browser door), or what dialogs, drops and recent projects gave (desktop). */
  'files.list': call(
    z.object({ folder: pathText.nullable() }),
    z.object({ folder: z.string(), parent: z.string().nullable(), entries: z.array(directoryEntry) }),
  ),

  'project.recent': call(nothing, z.array(recentProject)),
  'project.forget': call(z.object({ folder: pathText }), nothing),
  /**
   * Deletes a project that no other window has open, with the pictures it copied in; linked pictures and files that are not its own stay.
   * Answers with what was left in its folder.
   */
  'project.delete': call(z.object({ folder: pathText }), z.object({ kept: z.array(z.string()) })),
  'project.create': call(
    z.object({ name: z.string().min(1).max(200), parent: pathText.nullable() }),
    snapshot,
  ),
  'project.open': call(z.object({ folder: pathText }), snapshot),
  /** Puts one of the snapshots that a `project-damaged` error lists in the database's place; the damaged file is kept. */
  'project.restoreSnapshot': call(z.object({ folder: pathText, snapshot: pathText }), snapshot),
  /** The same project as it stands now: after a conflict, or for a second window. */
  'project.snapshot': call(nothing, snapshot),
  /** All records as they stand when it begins, in parts, images and classes first. 'no-project-open' when the connection's project is another. */
  'project.records': stream(
    z.object({ folder: pathText }),
    /** `json`: a JSON array of records, UTF-8 (common/record-texts.ts). */
    z.object({ revision: z.int(), json: bytes }),
  ),
  'project.rename': call(z.object({ name: z.string().min(1).max(200) }), projectInfo),
  /** Durable when it answers. Refused with `conflict` when a `before` no longer stands in the store. */
  'project.commit': call(
    z.object({
      diff: diffSchema,
      label: z.string().max(200),
      window: z.string().max(64),
      /** The revision this window believed in; only reported back on conflict. */
      baseRevision: z.int(),
      /** The change handed in by `project.stage` under this name comes before `diff`. */
      staged: shortText.optional(),
    }),
    z.object({ revision: z.int() }),
  ),
  /** A part of a change too large for one message; `project.commit` takes all of them as one. */
  'project.stage': call(z.object({ change: shortText, diff: diffSchema }), nothing),
  'project.saveView': call(
    z.object({ view: z.record(shortText, z.unknown()).refine(isSmall, 'too large') }),
    nothing,
  ),
  'project.changed': push(projectChanged),
  /** The records of a change that was told without them, in parts to be applied in this order; 'unknown-record' when it is too long ago: read the project again. */
  'project.largeChange': stream(z.object({ revision: z.int() }), diffSchema),

  'images.import': stream(
    z.object({
      sources: z.array(importSource).min(1).max(100_000),
      /** Null takes the setting `copyImages`; uploads are always copied. */
      copy: z.boolean().nullable().default(null),
      /** Several imports with one name here are one undo step: a drop that travels in parts. */
      step: shortText.nullable().default(null),
    }),
    importedImage,
  ),
  'images.addSample': call(z.object({ file: pathText }), z.object({ imageId })),
  /**
   * Whether their files are still there and what they were; of all images where none are named. `isQuick`: no file is read, and those that have
   * to be are 'unread'.
   */
  'images.check': call(
    z.object({ imageIds: z.array(imageId).max(100_000).optional(), isQuick: z.boolean().optional() }),
    z.array(imageState),
  ),
  /** Points an image to another file. `isSamePicture`: false when its bytes are not those the masks were made on. */
  'images.relink': call(
    z.object({ imageId, path: pathText }),
    z.object({ revision: z.int(), isSamePicture: z.boolean() }),
  ),
  /** RGB bytes of a rectangle at full size: what flood fill, wand and edge help look at. */
  'images.pixels': call(
    z.object({ imageId, box: boxSchema }),
    z.object({ width: z.int(), height: z.int(), rgb: bytes }),
  ),

  'chat.ask': stream(
    z.object({
      imageId,
      question: z.string().trim().min(1).max(20_000),
      /** Offsets into the trimmed question. */
      references: z.array(referenceSchema).max(1_000).default([]),
      /** Ask again or edit: this turn and what follows it are replaced. */
      replaceTurnId: turnId.nullable().default(null),
      /** At most so many earlier questions are told to the model; null for as many as it was made for. */
      historyTurns: z.int().min(0).nullable().default(null),
    }),
    askEvent,
  ),
  /** Puts the questions to these images (null: to all) as a job of the project; each answer is a turn whose masks wait for review. */
  'chat.askMany': call(
    z.object({
      imageIds: z.array(imageId).min(1).max(mostAskedImages).nullable(),
      questions: z.array(z.string().trim().min(1).max(longestQuestion)).min(1).max(mostQuestions),
    }),
    jobStatus,
  ),
  /**
   * Readies the model for a question about this image: its picture and the conversation so far. Done only while nothing else is asked of the
   * model; false when it was not done, or not to the end.
   */
  'chat.readAhead': call(z.object({ imageId }), z.object({ isDone: z.boolean() })),
  'chat.suggest': call(z.object({ imageId }), z.array(z.string())),
  /** Applies another threshold to the model's stored logits; changes nothing in the project. */
  'chat.rethreshold': call(z.object({ annotationId, threshold: z.number() }), drawnMask),
  /** Re-reads a target of an answer whose annotation was deleted, or that had no pixel; at another threshold it may have some. */
  'chat.restoreTarget': call(
    z.object({ targetId, threshold: z.number().min(-1000).max(1000).default(0) }),
    z.object({ revision: z.int() }),
  ),

  'models.list': call(nothing, z.array(modelInfo)),
  'models.status': call(nothing, modelStatus),
  'models.statusChanged': push(modelStatus),
  /** `remeasure` times the providers on this model again, whatever is remembered. */
  'models.load': call(
    z.object({ folder: pathText.nullable(), remeasure: z.boolean().default(false) }),
    modelStatus,
  ),
  'models.unload': call(nothing, modelStatus),
  /** What there is to compute with and what is missing, by name; loads nothing. The figures of a choice are in the status's device. */
  'models.gpuReport': call(nothing, gpuReportSchema),
  'models.convert': stream(
    z.object({
      checkpoint: pathText,
      vision: pathText,
      out: pathText,
      precision: z.enum(precisions),
    }),
    convertProgress,
  ),
  'models.verify': stream(
    z.object({ folder: pathText }),
    z.discriminatedUnion('type', [
      progressSchema,
      z.object({ type: z.literal('done'), ok: z.boolean(), problems: z.array(z.string()) }),
    ]),
  ),

  /** The classes of a file (text, COCO, LVIS, CVAT's labels, YOLO's yaml), in its order; changes nothing (document/label-set.ts does). */
  'labels.read': call(z.object({ source: importSource }), foundLabels),

  'formats.list': call(nothing, z.array(formatInfo)),
  'formats.export': stream(
    z.object({
      format: shortText,
      imageIds: z.array(imageId).max(1_000_000).nullable(),
      options: z.record(shortText, shortText).refine(isAtMost(100), 'too many entries'),
      /** Null: keep the result for one download by the browser. */
      path: pathText.nullable(),
      /** True when the person was told that something of others lies at `path` ('file-exists') and said that it may be replaced. */
      replace: z.boolean().default(false),
    }),
    exportEvent,
  ),
  'formats.import': stream(
    z.object({
      /** Null: found out from the source. */
      format: shortText.nullable(),
      source: importSource,
      /** Category name in the file -> name in the project; null drops it (and says so). */
      categoryMap: z.record(shortText, shortText.nullable()).refine(isAtMost(100_000), 'too many entries'),
      /** A folder (or one file) of images to add first; null where they are in the project already. */
      images: pathText.nullable().default(null),
      /** Whether pictures that lie in the source itself, and that the project has not, are added first. */
      ownPictures: z.boolean().default(false),
      /** As the format's `importOptions` list them; what is left out takes its initial value. */
      options: z.record(shortText, shortText).refine(isAtMost(100), 'too many entries').default({}),
    }),
    importEvent,
  ),
  /** Names of the categories in a file, for the mapping dialog. */
  'formats.inspect': call(
    z.object({ format: shortText.nullable(), source: importSource }),
    z.object({
      /** As which it is read. */
      format: shortText,
      images: z.int(),
      matchedImages: z.int(),
      /** Of the others, those whose pictures lie in the source itself. */
      ownPictures: z.int(),
      annotations: z.int(),
      categories: z.array(z.string()),
    }),
  ),

  /** The language model's address that the person set up; without one nothing is ever sent. */
  'endpoint.get': call(nothing, muse.endpointInfo),
  'endpoint.set': call(muse.endpointSetInput, muse.endpointInfo),
  'endpoint.lend': call(muse.endpointLendInput, nothing),
  /** With its key. */
  'endpoint.forget': call(nothing, nothing),
  /** What generating would ask, send and cost; asks nothing. */
  'muse.estimate': call(muse.generateInput, muse.generationEstimate),
  /** Questions about the accepted masks of images, written by the endpoint's model, as a job; each becomes a draft turn. */
  'muse.generate': call(muse.generateInput, jobStatus),
  /** The questions of the project, or of a MUSE file, by the rules of common/muse/muse-rules.ts and of the loaders. */
  'muse.lint': call(muse.museSource, muse.lintReport),
  'muse.statistics': call(muse.museSource, muse.museStatistics),
  /** Divides the images into train, val and test; one undo step. */
  'muse.split': call(muse.splitInput, muse.splitDone),

  /** Results of "pixellm evaluate" in the app's own folder, newest first. */
  'evaluations.list': call(nothing, z.array(evaluation.evaluationInfo)),
  /** Result files side by side, over the questions that all of them answered; at least two columns. */
  'evaluations.compare': call(evaluation.compareInput, evaluation.comparison),
  /** The same as one page that needs nothing else. */
  'evaluations.page': call(evaluation.compareInput, z.object({ html: z.string() })),

  /** Looks through a MUSE file without importing it; what is asked of it afterwards is quick while it stands as it is. */
  'browse.open': stream(evaluation.browseOpenInput, evaluation.browseOpened),
  'browse.list': call(evaluation.browseListInput, evaluation.browseList),
  /** One question with its masks and its picture. */
  'browse.show': call(evaluation.browseShowInput, evaluation.browseShown),

  /** The jobs of the project, newest first, those of earlier times included. */
  'jobs.list': call(nothing, z.array(jobStatus)),
  /** What it does and did, item by item. */
  'jobs.items': call(jobItemsInput, jobItems),
  /** Items under way are finished first. */
  'jobs.pause': call(z.object({ id: jobId }), jobStatus),
  /** After a pause, a cancel, a kill or a stop: what is done stays done, what failed is tried again. */
  'jobs.resume': call(z.object({ id: jobId }), jobStatus),
  /** Breaks items under way off. */
  'jobs.cancel': call(z.object({ id: jobId }), jobStatus),
  /** Forgets a job that does not run; what it made stays in the project. */
  'jobs.remove': call(z.object({ id: jobId }), nothing),
  'jobs.changed': push(jobStatus),

  /** GrabCut inside `box`, seeded by what is certainly and certainly not the object (image pixels). */
  'assist.grabCut': call(
    z.object({ imageId, box: boxSchema, inside: rleSchema.nullable(), outside: rleSchema.nullable() }),
    drawnMask,
  ),
  /** Intelligent scissors: the path along edges from `from` to `to`. */
  'assist.scissors': call(
    z.object({ imageId, from: point, to: point }),
    z.object({ points: z.array(point) }),
  ),
  /**
   * The object at points (image pixels) and in a box, as the person's own SAM-like files see it; `score` is their guess of how right it is.
   * Refused with 'no-segmenter' until files were brought.
   */
  'assist.segment': call(
    z.object({
      imageId,
      points: z.array(z.object({ x: z.number(), y: z.number(), isInside: z.boolean() })).max(200),
      box: boxSchema.nullable(),
    }),
    drawnMask.extend({ score: z.number() }),
  ),
  /** The files in use and what they are; null for none. */
  'assist.segmenter': call(nothing, segmenterDescriptionSchema.nullable()),
  /** Takes up an encoder and a decoder once they are known to be a pair that is understood; null lets them go. */
  'assist.setSegmenter': call(
    z.object({ files: z.object({ encoder: pathText, decoder: pathText }).nullable() }),
    segmenterDescriptionSchema.nullable(),
  ),
} as const;

export type AppContract = typeof contract;
