import type { ProjectInfo } from '../../electron/common/contract.ts';
import { documentOfRecords } from '../../electron/common/document/apply-to-document.ts';
import { type Document, noRecords } from '../../electron/common/document/document.ts';
import type { Entity } from '../../electron/common/document/records.ts';

/** The open project as this window believes it to be. */
export interface DocumentState extends Document {
  /** Null on the start screen. */
  readonly project: ProjectInfo | null;
  readonly revision: number;
  /**
   * Records still on their way: a large project is shown once its images are here. Until it is 0, what lies on an image may be missing, so
   * nothing is counted, judged or changed (whole-project.ts).
   */
  readonly toCome: number;
}

export const emptyDocument: DocumentState = { ...noRecords, project: null, revision: 0, toCome: 0 };

export function documentOf(project: ProjectInfo, entities: readonly Entity[]): DocumentState {
  return { ...documentOfRecords(entities), project, revision: project.revision, toCome: 0 };
}
