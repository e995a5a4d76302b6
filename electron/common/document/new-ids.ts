import type { AnnotationId, CategoryId, ImageId, TargetId, TurnId } from './records.ts';

// Ids are branded strings: the brand only says which kind of record they name.
export const newImageId = (): ImageId => crypto.randomUUID() as ImageId;
export const newCategoryId = (): CategoryId => crypto.randomUUID() as CategoryId;
export const newAnnotationId = (): AnnotationId => crypto.randomUUID() as AnnotationId;
export const newTurnId = (): TurnId => crypto.randomUUID() as TurnId;
export const newTargetId = (): TargetId => crypto.randomUUID() as TargetId;
