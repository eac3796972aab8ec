import { isOptmlError, OptmlError } from '../../errors/error.ts';
import { visibleLine } from '../../text/visible.ts';

/** The rules that data can break. Stable: programs may match on them, texts may improve. */
export type DataRule =
  | 'channel-empty'
  | 'channel-missing'
  | 'channel-unreadable'
  | 'content-type'
  | 'csv-delimiter'
  | 'csv-header'
  | 'csv-quote'
  | 'encoding'
  | 'file-empty'
  | 'file-kind'
  | 'gzip'
  | 'index-order'
  | 'index-range'
  | 'json'
  | 'label-missing'
  | 'label-value'
  | 'libsvm-syntax'
  | 'line-length'
  | 'not-a-number'
  | 'not-finite'
  | 'nul-byte'
  | 'parquet'
  | 'protobuf'
  | 'record-shape'
  | 'recordio-length'
  | 'recordio-magic'
  | 'row-length'
  | 'value-missing'
  | 'value-range'
  | 'weight-value';

/** Where in the data of a channel something is. */
export interface DataPosition {
  /** The file, relative to the folder of the channel; in Pipe mode the name of the FIFO, and of the record in it. */
  readonly file?: string | undefined;
  /** From 1, in text. */
  readonly line?: number | undefined;
  /** The field of a CSV row, the feature of a libsvm row or the column of a Parquet file; from 1. */
  readonly column?: number | undefined;
  /** The record of a RecordIO stream, or the row of a Parquet file; from 1. */
  readonly record?: number | undefined;
  /** The byte from the start of the uncompressed file; from 0. */
  readonly offset?: number | undefined;
}

/**
 * Data of a channel that breaks a rule. The user has to correct the data: a `ClientError` of the job.
 *
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { DataError, readRecordIo } from 'optml/recordio';
 *
 * try {
 *   for await (const content of readRecordIo(createReadStream('train.rec'))) console.log(content.length);
 * } catch (error) {
 *   if (!(error instanceof DataError)) throw error;
 *   console.error(error.rule, error.position.offset);
 * }
 * ```
 */
export class DataError extends OptmlError {
  readonly rule: DataRule;
  readonly position: DataPosition;

  /** The bundles that read data each contain a copy of this class, so `instanceof` compares what an error is. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isOptmlError(value) && value.code === 'DATA_INVALID' && 'rule' in value;
  }

  constructor(
    rule: DataRule,
    problem: string,
    details: DataPosition & { readonly fix: string; readonly cause?: unknown },
  ) {
    const { fix, cause, ...position } = details;
    const message = visibleLine(problem);
    const where = [positionText(position), `rule ${rule}`].filter((part) => part !== undefined).join('; ');
    // As the failure reason of a job, which an algorithm of AWS's own reports in the same class.
    const failureText = `ClientError: ${message}\nWhere: ${where}\nFix: ${fix}`;
    super('DATA_INVALID', message, { where, fix, cause, failureText });
    this.rule = rule;
    this.position = position;
  }
}

/** The position as messages print it: `train/part-1.csv, line 3, column 2`. */
function positionText(position: DataPosition): string | undefined {
  const { file, line, column, record, offset } = position;
  const parts = [
    file === undefined ? undefined : visibleLine(file),
    record === undefined ? undefined : `record ${record}`,
    line === undefined ? undefined : `line ${line}`,
    column === undefined ? undefined : `column ${column}`,
    offset === undefined ? undefined : `byte ${offset}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(', ');
}
