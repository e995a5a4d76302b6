import type { ProjectInfo } from '../../electron/common/contract.ts';
import type { WholeSnapshot } from '../../electron/common/whole-snapshot.ts';
import { documentOfRecords } from '../../electron/common/document/apply-to-document.ts';
import { type Document, noRecords } from '../../electron/common/document/document.ts';

/** The open project as this window believes it to be. */
export interface DocumentState extends Document {
  /** Null on the start screen. */
  readonly project: ProjectInfo | null;
  readonly revision: number;
}

export const emptyDocument: DocumentState = { ...noRecords, project: null, revision: 0 };

export function documentOf(snapshot: Pick<WholeSnapshot, 'entities' | 'project' | 'rest'>): DocumentState {
  return {
    ...documentOfRecords(snapshot.entities),
    project: snapshot.project,
    revision: snapshot.project.revision,
  };
}
