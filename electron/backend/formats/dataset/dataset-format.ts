import type { FormatInfo } from '../../../common/contract.ts';
import type { Format } from '../format.ts';
import type { DatasetReader, DatasetWriter } from './dataset.ts';
import { datasetOptions, exportDataset } from './export-dataset.ts';
import { importDataset, inspectDataset } from './import-dataset.ts';

/** What is a data set's own; the rest is the same for all of them. */
interface DatasetDescription
  extends Pick<FormatInfo, 'id' | 'label' | 'description' | 'endings' | 'importOptions'>,
    Pick<Format, 'accounts'> {
  /** Shown before the options that all data sets have. */
  readonly options?: FormatInfo['options'];
  readonly writer: DatasetWriter;
  readonly read: DatasetReader;
}

/** A format that is a data set: images with labelled masks, in a folder or an archive, both ways. */
export function datasetFormat({
  options = [],
  accounts,
  writer,
  read,
  ...words
}: DatasetDescription): Format {
  const info: FormatInfo = {
    ...words,
    canExport: true,
    canImport: true,
    extension: 'zip',
    options: [...options, ...datasetOptions],
  };
  return {
    info,
    // Said for all of them in export-dataset.ts.
    accounts: ['questions', 'answerFacts', ...accounts],
    write: (job) => exportDataset(job, info, { writer, read }),
    read: (job) => importDataset(job, read),
    inspect: (job) => inspectDataset(job, read),
  };
}
