/** A channel of a training job, as the container finds it. */
export interface DataChannel {
  readonly name: string;
  /**
   * Absolute. In File and FastFile mode the folder of the channel, or one file; in Pipe mode the path of its FIFOs without
   * `_0`: `/opt/ml/input/data/train`.
   */
  readonly path: string;
  readonly inputMode: 'File' | 'FastFile' | 'Pipe';
  /** Such as `text/csv;label_size=1`. */
  readonly contentType?: string | undefined;
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
