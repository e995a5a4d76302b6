import type { AskEvent } from '../../common/contract.ts';
import type {
  AnswerPart,
  CategoryId,
  CategoryRecord,
  AnnotationRecord,
  ImageId,
  TargetId,
  TargetRecord,
  TurnId,
} from '../../common/document/records.ts';
import { namedCategory } from '../../common/document/categories.ts';
import { nameKey } from '../../common/document/class-names.ts';
import { newAnnotationId, newTargetId } from '../../common/document/new-ids.ts';
import { newAnnotation, newTarget } from '../../common/document/new-records.ts';
import { nextOrder } from '../../common/document/order.ts';
import { annotationsOf, categoriesInOrder } from '../../common/document/views.ts';
import { nextColour } from '../../common/palette.ts';
import type { TargetDrawn } from '../../inference/messages.ts';
import type { ProjectStore } from '../project/project-store.ts';
import type { StoredLogits } from '../project/stored-logits.ts';
import { answerParts, phraseBefore, type Phrase } from '../../common/text/phrases.ts';
import { categoryName, targetName } from './target-names.ts';

interface NamedTarget {
  readonly index: number;
  readonly targetId: TargetId;
  readonly phrase: Phrase;
  readonly words: string;
  readonly colour: string;
  drawn: TargetDrawn | null;
}

/** What an answer puts into the project beside its turn. */
export interface AnswerRecords {
  readonly parts: readonly AnswerPart[];
  readonly targets: readonly TargetRecord[];
  readonly annotations: readonly AnnotationRecord[];
  readonly categories: readonly CategoryRecord[];
  readonly logits: readonly StoredLogits[];
  readonly emptyPhrases: readonly string[];
}

/** An answer while it is being said: collects words and targets, and turns them into records when it is over. */
export class AnswerDraft {
  text = '';
  readonly #targets: NamedTarget[] = [];
  readonly #readUsedColours: () => readonly string[];
  /** Colours that the picture has itself, once it was looked at. */
  pictureColours: readonly string[] = [];
  #lastTargetAt = 0;

  /** @param readUsedColours those of the image's masks, as they are when a target starts */
  constructor(readUsedColours: () => readonly string[]) {
    this.#readUsedColours = readUsedColours;
  }

  get isEmpty(): boolean {
    return this.text === '' && this.#targets.length === 0;
  }

  say(delta: string): void {
    this.text += delta;
  }

  startTarget(index: number): Extract<AskEvent, { type: 'target-start' }> {
    const phrase = phraseBefore(this.text, this.#lastTargetAt);
    this.#lastTargetAt = this.text.length;
    const words = this.text.slice(phrase.start, phrase.end);
    const ownColours = this.#targets.map((target) => target.colour);
    const colour = nextColour([...this.#readUsedColours(), ...ownColours], this.pictureColours);
    const targetId = newTargetId();
    this.#targets.push({ index, targetId, phrase, words, colour, drawn: null });
    return {
      type: 'target-start',
      targetId,
      phrase: words,
      phraseStart: phrase.start,
      phraseEnd: phrase.end,
      colour,
    };
  }

  draw(event: TargetDrawn): Extract<AskEvent, { type: 'target' }> | null {
    const target = this.#targets.find(({ index }) => index === event.index);
    if (!target) return null;
    target.drawn = event;
    const { mask, bbox, area, score } = event;
    return { type: 'target', targetId: target.targetId, mask, bbox, area, score };
  }

  /** Targets whose mask had not come when the answer was cut short stay plain words. */
  finish(about: {
    readonly store: ProjectStore;
    readonly imageId: ImageId;
    readonly turnId: TurnId;
    readonly question: string;
    readonly now: string;
  }): AnswerRecords {
    const drawn = this.#targets.flatMap((target) =>
      target.drawn ? [{ ...target, drawn: target.drawn }] : [],
    );
    const categories = new CategoryChooser(about.store);
    const topmost = topmostOrder(about.store, about.imageId);
    const records = drawn.map((target, position) => {
      const isEmpty = target.drawn.area === 0;
      const name = targetName(target.words, about.question);
      const annotation = isEmpty
        ? null
        : annotationOf({
            ...target,
            name,
            categoryId: categories.idFor(name),
            imageId: about.imageId,
            order: topmost + position,
            createdAt: about.now,
          });
      const record = newTarget({
        id: target.targetId,
        turnId: about.turnId,
        index: target.index,
        phrase: target.words,
        annotationId: annotation?.id ?? null,
        empty: isEmpty,
      });
      return { record, annotation, drawn: target.drawn };
    });
    return {
      parts: answerParts(this.text, drawn),
      targets: records.map(({ record }) => record),
      annotations: records.flatMap(({ annotation }) => annotation ?? []),
      categories: categories.created,
      // Those of an empty mask as well: another threshold may find pixels. They belong to no annotation yet.
      logits: records.map(({ record, annotation, drawn: { logits } }) => ({
        targetId: record.id,
        annotationId: annotation?.id ?? newAnnotationId(),
        ...logits,
      })),
      emptyPhrases: records.flatMap(({ record }) => (record.empty ? [record.phrase] : [])),
    };
  }
}

export function annotationOf(facts: {
  readonly drawn: Pick<TargetDrawn, 'mask' | 'bbox' | 'area'> & { readonly score: number | null };
  readonly name: string;
  readonly colour: string;
  readonly categoryId: CategoryId;
  readonly imageId: ImageId;
  readonly order: number;
  readonly createdAt: string;
}): AnnotationRecord {
  const { name, colour, categoryId, imageId, order, createdAt } = facts;
  const { mask, bbox, area, score } = facts.drawn;
  return newAnnotation({
    id: newAnnotationId(),
    ...{ imageId, categoryId, name, mask, bbox, area, score },
    source: 'model',
    ...{ colour, order, createdAt },
  });
}

/** One above the image's topmost mask. */
export function topmostOrder(store: ProjectStore, imageId: ImageId): number {
  return nextOrder(annotationsOf(store.document, imageId));
}

/** Finds the category a name belongs to, and makes the ones the project does not have yet. */
export class CategoryChooser {
  readonly created: CategoryRecord[] = [];
  readonly #known: CategoryRecord[];

  constructor(store: ProjectStore) {
    this.#known = [...categoriesInOrder(store.document.categories)];
  }

  idFor(targetName: string): CategoryId {
    const name = categoryName(
      targetName,
      this.#known.map((category) => category.name),
    );
    const known = this.#known.find((category) => nameKey(category.name) === nameKey(name));
    if (known) return known.id;
    const category = namedCategory(this.#known, name);
    this.#known.push(category);
    this.created.push(category);
    return category.id;
  }
}
