import type { ChannelStorage } from './objects/object-reader.ts';

/** How far a channel's download is. `totalBytes` is known: the objects have been listed. */
export interface ChannelProgress {
  /** For a person: `channel "training"`. */
  readonly what: string;
  readonly doneBytes: number;
  readonly totalBytes: number | undefined;
}

/** What preparing channels may use. */
export interface ChannelContext {
  /** A folder of the job's own, absolute: downloads, shards. The caller removes it after the job. */
  readonly workDir: string;
  /** Each host's `/opt/ml` here, absolute. FIFOs and `CHANNEL-manifest` files are made in its `input/data`. */
  readonly hostDirs: ReadonlyMap<string, string>;
  /** Opens the storage; called only when something is in S3. The caller closes it, after the channels. */
  readonly openStorage: () => Promise<ChannelStorage>;
  /** Whether `inputdataconfig.json` names the mode FastFile. By default it is File there (contract C11). */
  readonly isFastFileNamed?: boolean;
  readonly warn: (message: string) => void;
  /** Aborting it gives up preparing, with the signal's own reason. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ChannelProgress) => void;
}
