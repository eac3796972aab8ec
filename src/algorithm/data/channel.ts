/** A channel of a training job, as the container finds it. */
export interface DataChannel {
  readonly name: string;
  /**
   * In File and FastFile mode the folder of the channel, or one file. In Pipe mode epoch N comes through the FIFO `DIR_N`:
   * `/opt/ml/input/data/train_0`. Absolute.
   */
  readonly dir: string;
  readonly inputMode: 'File' | 'FastFile' | 'Pipe';
  /** Such as `text/csv;label_size=1`, also with the parameters apart. */
  readonly contentType?:
    | string
    | { readonly type: string; readonly parameters: Readonly<Record<string, unknown>> }
    | undefined;
  /** `RecordIO` wraps each object as one record, in Pipe mode only (contract C41). */
  readonly recordWrapper?: 'None' | 'RecordIO' | undefined;
}

/** A file of a channel, an epoch of a FIFO, or an object in its records. */
export interface DataPart {
  /** Its name in messages. */
  readonly name: string;
  /** Where the file is; undefined for what can be read only once. */
  readonly path?: string | undefined;
  /** The bytes, as they are. A chunk is valid until the next one is requested. */
  readonly content: () => AsyncIterable<Buffer>;
}
