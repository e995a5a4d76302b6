import type {
  AnnotationRecord,
  ImageId,
  ImageRecord,
  TargetRecord,
  TurnRecord,
} from '../../../common/document/records.ts';
import { AppError } from '../../../common/errors.ts';
import { withMark } from '../../../common/muse/marked-answer.ts';
import { toldQuestion } from '../../../common/document/references.ts';
import { areaOf, boxOf, type Runs } from '../../../common/runs.ts';
import { writeFileWhole } from '../atomic-file.ts';
import { createBreather } from '../../app/breather.ts';
import { chosenImages, groupByImage, inOrder } from '../chosen-images.ts';
import { pictureFiles } from '../dataset/picture-files.ts';
import { writeSet, writtenFile } from '../dataset/write-set.ts';
import type { FileToWrite } from '../pictures/picture-export.ts';
import { numberingOf, type Numbering } from '../numbering.ts';
import {
  createLossList,
  type ExportJob,
  type ExportOutcome,
  type FormatSource,
  type LossList,
  type Progress,
} from '../format.ts';
import { exportNames } from '../export-names.ts';
import { fingerprintOf } from '../mask-fingerprint.ts';
import { factsOf, readMuse, type TurnFacts } from './muse-file.ts';
import { attributesOf } from '../own-attributes.ts';
import { ownOfImage } from '../own-facts.ts';
import { usableMask, type ReviewPolicy } from '../usable-targets.ts';
import { writeAndCheck } from '../written-export.ts';
import { isFinished } from '../../../common/document/finished.ts';
import { grouped } from '../../../common/grouped.ts';

export interface MuseChoices {
  readonly review: ReviewPolicy;
  /** How much of the conversation before a question is written beside it. */
  readonly history: 'none' | 'last' | 'all';
  /** 'all', or those of the images marked for a part; the parts of the test as the paper reports them. */
  readonly part: 'all' | 'train' | 'val' | 'test' | 'test-less' | 'test-many';
}

/** From so many targets on a test question counts to the second part. */
const manyTargets = 3;

function isOfPart({ split }: ImageRecord, part: MuseChoices['part']): boolean {
  return part === 'all' || (split ?? 'train') === part.replace(/-.*$/u, '');
}

function isOfSize(targets: number, part: MuseChoices['part']): boolean {
  if (part === 'test-less') return targets < manyTargets;
  return part !== 'test-many' || targets >= manyTargets;
}

/** What the file is called where pictures lie beside it. */
const museFile = 'muse.json';

/** Writes questions, answers and masks so that PixelLM's own loaders read them; the numbered rules are those of FORMATS.md section 9. */
export async function* exportMuse(
  job: ExportJob,
  { hasPictures, ...choices }: MuseChoices & { readonly hasPictures: boolean },
): AsyncGenerator<Progress, ExportOutcome> {
  const losses = createLossList();
  const images = chosenImages(job.contents, job.imageIds, losses).filter((image) =>
    isOfPart(image, choices.part),
  );
  const plan: Plan = {
    ...planQuestions(job, choices, losses),
    ...{ expected: [], written: [], annotations: 0, done: 0 },
  };
  async function* files(signal: AbortSignal): AsyncGenerator<FileToWrite> {
    yield { name: museFile, data: museText(plan, images, signal) };
    const pictures = plan.written.map((record) => ({
      ...{ record, names: [`images/${plan.names.get(record.id) ?? record.name}`] },
    }));
    yield* pictureFiles(job, pictures, losses);
  }
  return yield* writeAndCheck(job, {
    losses,
    write: async (signal) => {
      if (hasPictures) return writeSet(job, files(signal), { losses, signal });
      await writeFileWhole(job.path, museText(plan, images, signal), { guard: job.guard, signal });
      return { files: [job.path] };
    },
    writing: () => ({ done: plan.done, total: images.length }),
    check: async (_, signal) => {
      const source = hasPictures
        ? await writtenFile(job.path, museFile)
        : ({ kind: 'path', path: job.path } as const);
      return verifyMuse(source, plan.expected, signal);
    },
    checking: () => ({ done: 0, total: null }),
    holds: ({ files: paths }) => ({
      files: paths,
      images: plan.expected.length,
      annotations: plan.annotations,
      categories: plan.numbering.categories.length,
    }),
  });
}

/** The questions of a project as they are written, whatever the file looks like. */
export interface QuestionPlan {
  readonly job: ExportJob;
  readonly choices: MuseChoices;
  readonly losses: LossList;
  readonly numbering: Numbering;
  readonly names: ReadonlyMap<ImageId, string>;
  readonly byImage: ReturnType<typeof groupByImage>;
  readonly targets: ReadonlyMap<string, readonly TargetRecord[]>;
  readonly turns: ReadonlyMap<string, readonly TurnRecord[]>;
}

export function planQuestions(job: ExportJob, choices: MuseChoices, losses: LossList): QuestionPlan {
  const { contents } = job;
  return {
    ...{ job, choices, losses },
    numbering: numberingOf(contents, 'name'),
    names: exportNames(contents.images),
    byImage: groupByImage(contents.annotations),
    targets: groupTargets(contents.targets),
    turns: groupTurns(contents.turns),
  };
}

interface Plan extends QuestionPlan {
  /** One line for each entry: what a reader must find. */
  readonly expected: string[];
  readonly written: ImageRecord[];
  annotations: number;
  done: number;
}

function groupTargets(targets: readonly TargetRecord[]): Map<string, TargetRecord[]> {
  return grouped(targets, ({ turnId }) => turnId);
}

function groupTurns(turns: readonly TurnRecord[]): Map<string, TurnRecord[]> {
  return grouped([...turns].sort(inOrder), ({ imageId }) => imageId);
}

async function* museText(
  plan: Plan,
  images: readonly ImageRecord[],
  signal: AbortSignal,
): AsyncGenerator<string> {
  const breathe = createBreather(signal);
  yield '[';
  for (const image of images) {
    await breathe();
    plan.done++;
    const entry = entryOf(plan, image);
    if (entry) plan.written.push(image);
    if (entry) yield `${plan.expected.length > 1 ? ',' : ''}\n${JSON.stringify(entry)}`;
  }
  // Here and not before: only now is it known that nothing is left.
  if (plan.expected.length === 0) throw nothingLeft(plan.losses);
  yield '\n]\n';
}

function nothingLeft(losses: LossList): AppError {
  const why = losses.losses.map(({ what, count }) => `${what} (${count})`).join('; ');
  return new AppError(
    'nothing-to-export',
    `No question with an answer and a mask is left to export. ${why}`.trim(),
    {
      losses: losses.losses,
    },
  );
}

type Masks = ReadonlyMap<string, { readonly annotation: AnnotationRecord; readonly mask: Runs }>;

/** What was asked and answered about an image, and its usable masks. What cannot be written is told. */
export function questionsOfImage(
  plan: QuestionPlan,
  image: ImageRecord,
): { readonly masks: Masks; readonly questions: readonly WrittenQuestion[] } {
  const { losses, choices } = plan;
  const masks = new Map<string, { readonly annotation: AnnotationRecord; readonly mask: Runs }>();
  for (const annotation of plan.byImage.get(image.id) ?? []) {
    const mask = usableMask(annotation, image, { review: choices.review, losses });
    if (mask) masks.set(annotation.id, { annotation, mask });
  }
  const turns = plan.turns.get(image.id) ?? [];
  const questions = turns
    .flatMap((turn) => questionOf(plan, image, turn, masks) ?? [])
    .filter(({ targets }) => isOfSize(targets.length, choices.part));
  return { masks, questions };
}

/** One image's record, or null when it has nothing a trainer could use. */
function entryOf(plan: Plan, image: ImageRecord): object | null {
  const { losses, choices } = plan;
  const { masks, questions } = questionsOfImage(plan, image);
  if (questions.length === 0) {
    losses.add('Images left out: nothing was asked and answered about them', image.name);
    return null;
  }
  // Rule 6: the loaders stack the masks of an image and fail on none.
  if (!questions.some(({ targets }) => targets.length > 0)) {
    losses.add('Images left out: none of their answers has a mask', image.name);
    return null;
  }
  const annotationOf = (id: string, phrase: string | null): object => {
    const { annotation, mask } = masks.get(id) ?? { annotation: null, mask: null };
    if (!annotation || !mask) throw new Error('Broken assumption: only usable targets are named');
    return annotationEntry(plan, annotation, mask, phrase);
  };
  plan.annotations += masks.size;
  plan.expected.push(
    fingerprintOfEntry(
      plan.names.get(image.id) ?? image.name,
      questions.map(({ question, text, targets, turn }) => ({
        question,
        answer: text,
        masks: targets.map(({ mask }) => mask),
        kinds: turn.kinds ?? [],
        facts: factsOf(turn),
      })),
    ),
  );
  const hasKinds = questions.some(({ turn }) => turn.kinds !== undefined);
  return {
    file_name: plan.names.get(image.id) ?? image.name,
    // Not of the format, like `history`, `kinds` and `turns`, and passed over by its loaders: our own import takes them back.
    sha256: image.sha256,
    ...ownOfImage(image),
    height: image.height,
    width: image.width,
    ann_list: [...masks.keys()].map((id) => annotationOf(id, null)),
    questions: questions.map(({ question }) => question),
    text_answers: questions.map(({ text }) => text),
    answers: questions.map(({ targets }) => targets.map(({ id, phrase }) => annotationOf(id, phrase))),
    ...historyOf(questions, choices.history),
    ...(hasKinds ? { kinds: questions.map(({ turn }) => turn.kinds ?? []) } : {}),
    turns: questions.map(({ turn }) => factsOf(turn)),
  };
}

export interface WrittenQuestion {
  readonly question: string;
  /** Rules 2 and 7: exactly one {seg} for each target, in their order. */
  readonly text: string;
  readonly targets: readonly { readonly id: string; readonly phrase: string; readonly mask: Runs }[];
  readonly turn: TurnRecord;
}

function questionOf(
  { losses, targets: targetsByTurn }: QuestionPlan,
  image: ImageRecord,
  turn: TurnRecord,
  masks: ReadonlyMap<string, { readonly mask: Runs }>,
): WrittenQuestion | null {
  const where = `${image.name}: ${turn.question.slice(0, 80)}`;
  if (turn.answer === null || !isFinished(turn)) {
    losses.add('Questions left out: they have no finished answer', where);
    return null;
  }
  if (turn.draft) {
    losses.add('Questions left out: they are drafts that nobody accepted', where);
    return null;
  }
  const known = new Map((targetsByTurn.get(turn.id) ?? []).map((target) => [target.id, target]));
  const targets: { id: string; phrase: string; mask: Runs }[] = [];
  let text = '';
  for (const part of turn.answer) {
    text += withoutBraces(part.text, losses, where);
    if (part.type === 'text') continue;
    const id = known.get(part.targetId)?.annotationId ?? '';
    const mask = masks.get(id)?.mask;
    if (!mask) {
      losses.add(
        'Named targets without a usable mask: their words stay, without {seg}',
        `${where}: ${part.text}`,
      );
      continue;
    }
    text = withMark(text);
    // What tells the instance from others, where somebody wrote it: the format's own place for it.
    targets.push({ id, phrase: known.get(part.targetId)?.description ?? part.text, mask });
  }
  for (const { words } of turn.references) {
    losses.add(
      'Targets that a question refers to: written as plain words',
      `${where} (${words.slice(0, 40)})`,
    );
  }
  return { question: withoutBraces(toldQuestion(turn), losses, where), text, targets, turn };
}

/** Rule 3: the text goes through Python's str.format, where any other brace fails. */
function withoutBraces(text: string, losses: LossList, where: string): string {
  if (!/[{}]/u.test(text)) return text;
  losses.add('Curly brackets in texts: written as round ones, since the loaders stumble over them', where);
  return text.replaceAll('{', '(').replaceAll('}', ')');
}

/** Rules 4 to 6: uncompressed RLE in one part, with every field any of the loaders reads. */
function annotationEntry(
  { numbering }: QuestionPlan,
  annotation: AnnotationRecord,
  mask: Runs,
  phrase: string | null,
): object {
  const number = numbering.categoryNumber(annotation) ?? 0;
  return {
    category_id: number,
    category_name: numbering.categories[number - 1]?.name ?? annotation.name,
    rephrased_name: phrase ?? annotation.name,
    bbox: boxOf(mask),
    area: areaOf(mask),
    iscrowd: annotation.crowd ? 1 : 0,
    segmentation: { size: [mask.height, mask.width], counts: [...mask.counts] },
    ...attributesOf(annotation),
    ...(annotation.categoryId === null ? { uncategorised: true } : {}),
  };
}

/** Not of the format and ignored by its loaders: without it a follow-up question makes no sense. */
function historyOf(
  questions: readonly WrittenQuestion[],
  how: MuseChoices['history'],
): { history?: object[][] } {
  if (how === 'none') return {};
  const said = questions.map(({ question, text }) => ({ question, answer: text }));
  return { history: said.map((_, index) => said.slice(how === 'last' ? Math.max(0, index - 1) : 0, index)) };
}

interface ExpectedQuestion {
  readonly question: string;
  readonly answer: string | null;
  readonly masks: readonly Runs[];
  readonly kinds: readonly string[];
  readonly facts: TurnFacts | null;
}

function fingerprintOfEntry(image: string, questions: readonly ExpectedQuestion[]): string {
  const facts = questions.map(({ question, answer, masks, kinds, facts: known }) => [
    ...[question, answer, masks.map(fingerprintOf), kinds],
    // In one order, whatever order the keys came in.
    known && Object.entries(known).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ]);
  return JSON.stringify([image, facts]);
}

async function verifyMuse(
  source: FormatSource,
  expected: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const losses = createLossList();
  const problems: string[] = [];
  let place = 0;
  const breathe = createBreather(signal);
  try {
    for await (const { image, questions } of readMuse(source, { losses, signal })) {
      await breathe();
      const found = questions.map((each) => ({ ...each, masks: each.targets.map(({ mask }) => mask) }));
      if (fingerprintOfEntry(image, found) !== expected[place++]) problems.push(image);
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    problems.push(error.message);
  }
  if (place !== expected.length) problems.push(`${place} images instead of ${expected.length}`);
  return [...problems, ...losses.losses.map(({ what }) => what)];
}
