import { z } from 'zod';
import { answerStatsSchema } from '../../../native-models/shapes.ts';
import type { Box } from '../geometry.ts';
import { isAtMost, pathText, shortText } from '../limits.ts';

/**
 * The document of a project: flat, read-only records by id. Every record says its own kind, so that a
 * diff can carry any of them (diff.ts). Sizes are image pixels, orientation already applied.
 */

/** What a model wrote, or says about itself. Far beyond anything real: a record must never become unreadable by its own limit. */
const longText = z.string().max(4_000_000);
/** Phrases of an answer, masks of a question. */
const mostParts = 100_000;
/** Of one kind in one change. */
const mostRecords = 2_000_000;
/** A mask of the largest picture in which every pixel is a run of its own. */
const longestCounts = 300_000_000;

const id = z.string().min(1).max(64);
export const imageId = id.brand<'image'>();
export const categoryId = id.brand<'category'>();
export const annotationId = id.brand<'annotation'>();
export const turnId = id.brand<'turn'>();
export const targetId = id.brand<'target'>();
export type ImageId = z.infer<typeof imageId>;
export type CategoryId = z.infer<typeof categoryId>;
export type AnnotationId = z.infer<typeof annotationId>;
export type TurnId = z.infer<typeof turnId>;
export type TargetId = z.infer<typeof targetId>;

const pixels = z.int().min(0).max(100_000);
const timestamp = z.iso.datetime().max(64);

/** A COCO compressed RLE: column-major runs starting with background; `size` is [height, width]. */
export const rleSchema = z.object({
  size: z.tuple([pixels, pixels]).readonly(),
  counts: z.string().max(longestCounts),
});
export type Rle = Readonly<z.infer<typeof rleSchema>>;

/** [x, y, width, height] of the tight box around a mask; [0,0,0,0] for an empty one. */
export const boxSchema: z.ZodType<Box> = z.tuple([pixels, pixels, pixels, pixels]).readonly();

/** A mask as it was drawn, with what is known of it at once. */
export const drawnMask = z.object({ mask: rleSchema, bbox: boxSchema, /** Mask pixels. */ area: z.number() });
export type DrawnMask = Readonly<z.infer<typeof drawnMask>>;

export const colourSchema = z
  .string()
  .max(7)
  .regex(/^#[0-9a-f]{6}$/u);

/** What a person wrote beside an image or a target. */
export const commentSchema = z.object({ text: longText.min(1).max(10_000), at: timestamp }).readonly();
export type Comment = z.infer<typeof commentSchema>;
const comments = z.array(commentSchema).max(mostParts).readonly();

/** Where the work on an image stands. */
export const imageStateSchema = z.enum(['new', 'labelled', 'review', 'done', 'skipped']);
export type ImageState = z.infer<typeof imageStateSchema>;

/** Which part of a data set an image belongs to. */
export const splitSchema = z.enum(['train', 'val', 'test']);
export type Split = z.infer<typeof splitSchema>;

export const imageRecord = z
  .object({
    kind: z.literal('image'),
    id: imageId,
    /** File name shown to the person and written into exports. */
    name: z.string().min(1).max(1024),
    /** Folders of the file name as an import gave it, "cam1/night"; '' for none. Exports write them before the name. */
    folders: z.string().max(4096),
    /** A linked image stays where the person keeps it; a copied one lies in the project's images/ folder. */
    source: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('linked'), path: pathText }),
      z.object({ kind: z.literal('copied'), file: pathText }),
    ]),
    sha256: z
      .string()
      .max(64)
      .regex(/^[0-9a-f]{64}$/u),
    width: pixels,
    height: pixels,
    order: z.number(),
    /** As a person set it; null: it follows from what is on the image. */
    state: imageStateSchema.nullable(),
    split: splitSchema.nullable(),
    /** Licence of the picture, as the file it came with states it. */
    licence: z.object({ name: longText, url: longText }).readonly().nullable(),
    comments,
    addedAt: timestamp,
  })
  .readonly();
export type ImageRecord = z.infer<typeof imageRecord>;

/** What may be said of each target of a class, beside its mask. */
export const attributeSchema = z
  .object({
    name: z.string().min(1).max(256),
    type: z.enum(['choice', 'number', 'text', 'flag']),
    /** The values of a choice; empty for the other types. */
    choices: z.array(z.string().max(1024)).max(1_000).readonly(),
    /** What a new target starts with; null leaves it unsaid. */
    initial: z.union([z.string().max(4096), z.number(), z.boolean()]).nullable(),
  })
  .readonly();
export type Attribute = z.infer<typeof attributeSchema>;

export const categoryRecord = z
  .object({
    kind: z.literal('category'),
    id: categoryId,
    name: z.string().min(1).max(1024),
    supercategory: z.string().max(1024),
    colour: colourSchema,
    /** In the label set, which is also the order of the number keys. */
    order: z.number(),
    attributes: z.array(attributeSchema).max(100).readonly(),
  })
  .readonly();
export type CategoryRecord = z.infer<typeof categoryRecord>;

export const annotationRecord = z
  .object({
    kind: z.literal('annotation'),
    id: annotationId,
    imageId,
    categoryId: categoryId.nullable(),
    /** What the person sees in the list; the model's phrase at first. */
    name: z.string().max(4096),
    mask: rleSchema,
    bbox: boxSchema,
    /** Mask pixels. */
    area: z.number().min(0),
    source: z.enum(['model', 'person', 'import']),
    /** True once a person changed the model's mask. */
    edited: z.boolean(),
    /** Model's confidence 0..1; null where nobody estimated one. */
    score: z.number().min(0).max(1).nullable(),
    review: z.enum(['proposed', 'accepted', 'rejected']),
    /** The model's own mask, kept beside a corrected one; null for masks the model did not draw. */
    modelMask: rleSchema.nullable(),
    /** True when the project keeps the model's low-resolution logits, so that a new threshold can be applied. */
    hasLogits: z.boolean(),
    /** Logit threshold the mask was cut at; 0 is the reference's. Null without logits. */
    threshold: z.number().nullable(),
    colour: colourSchema,
    /**
     * True: nobody chose the colour and nobody looked at the picture, so it only says which of the palette's this is; one that the picture
     * does not have is shown (palette.ts `standingOut`). Left out of what was recorded before November 2026.
     */
    autoColour: z.boolean().optional(),
    /** Paint order: higher lies on top. */
    order: z.number(),
    hidden: z.boolean(),
    locked: z.boolean(),
    /** A heap of things instead of one (COCO's `iscrowd`). */
    crowd: z.boolean(),
    /** By name; those that its category does not define came with an import. */
    attributes: z
      .record(z.string().max(256), z.union([z.string().max(4096), z.number(), z.boolean()]))
      .refine(isAtMost(10_000), 'too many attributes')
      .readonly(),
    comments,
    createdAt: timestamp,
  })
  .readonly();
export type AnnotationRecord = z.infer<typeof annotationRecord>;

/** An answer is a sentence: plain text and phrases that each name a target. */
const answerPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: longText }),
  z.object({ type: z.literal('target'), text: longText, targetId }),
]);
export type AnswerPart = Readonly<z.infer<typeof answerPart>>;

/**
 * Words of a question that mean one mask. PixelLM takes no mask as input: in place of the words shown, which may carry a number
 * ("cup 2"), it is told `words` ("cup").
 */
export const referenceSchema = z
  .object({
    /** Offsets into the question, the end exclusive. */
    start: z.int().min(0),
    end: z.int().min(1),
    /** Stays when the mask is deleted: undo brings the mask back under this id. */
    annotationId,
    words: z.string().min(1).max(4096),
  })
  .readonly();
export type Reference = z.infer<typeof referenceSchema>;

const answerStats = answerStatsSchema
  .extend({ maskMs: z.array(z.number()).max(mostParts).readonly() })
  .readonly();

export const turnRecord = z
  .object({
    kind: z.literal('turn'),
    id: turnId,
    imageId,
    order: z.number(),
    question: z.string().min(1).max(20_000),
    /** In the order of the question, not overlapping. */
    references: z.array(referenceSchema).max(mostParts).readonly(),
    /** Null while nothing was answered (failed or stopped before the first word). */
    answer: z.array(answerPart).max(mostParts).readonly().nullable(),
    /** The model's own text with its codebook tokens: what the next turn's history needs. */
    rawAnswer: longText.nullable(),
    outcome: z.enum(['answered', 'stopped', 'limit', 'failed']),
    /** For a failed turn: the code and sentence shown. */
    error: z.object({ code: longText, message: longText }).readonly().nullable(),
    /** Something the person must know about this answer (vocabulary, photograph, discarded tokens). */
    notes: z.array(longText).max(mostParts).readonly(),
    /** What kind of question it is, the main kind first; only files of questions say. */
    kinds: z.array(longText).max(mostParts).readonly().optional(),
    /** True while it only proposes a question and its answer: a person has not accepted it yet. */
    draft: z.boolean(),
    model: z.object({ name: longText, precision: shortText, provider: shortText }).readonly().nullable(),
    stats: answerStats.nullable(),
    createdAt: timestamp,
  })
  .readonly();
export type TurnRecord = z.infer<typeof turnRecord>;

/** The link between a phrase of an answer and its annotation. */
export const targetRecord = z
  .object({
    kind: z.literal('target'),
    id: targetId,
    turnId,
    index: z.int().min(0),
    phrase: longText,
    /** What tells this instance from others of its kind, as data sets of questions carry it; null where nobody wrote one. */
    description: z.string().max(10_000).nullable(),
    /** Null when the model drew nothing, or the annotation was removed. */
    annotationId: annotationId.nullable(),
    /** True when the model named this target but its mask had no pixel. */
    empty: z.boolean(),
  })
  .readonly();
export type TargetRecord = z.infer<typeof targetRecord>;

export const entity = z.discriminatedUnion('kind', [
  imageRecord,
  categoryRecord,
  annotationRecord,
  turnRecord,
  targetRecord,
]);
export type Entity = z.infer<typeof entity>;
export type EntityKind = Entity['kind'];
export type EntityId = Entity['id'];

/** A change as a value. `changed` pairs are [before, after] of the same id and kind. */
export const diffSchema = z
  .object({
    added: z.array(entity).max(mostRecords).readonly(),
    changed: z
      .array(z.tuple([entity, entity]).readonly())
      .max(mostRecords)
      .readonly(),
    removed: z.array(entity).max(mostRecords).readonly(),
  })
  .readonly();
export type Diff = z.infer<typeof diffSchema>;
