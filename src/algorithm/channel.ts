import type { Hyperparameter } from './hyperparameter.ts';

/** How a channel's data arrives. */
export type InputMode = 'File' | 'FastFile' | 'Pipe';

/** A content type with its parameters: `text/csv;label_size=1`. */
export interface ContentTypeDeclaration {
  /** `text/csv`, without parameters. */
  readonly type: string;
  /** Parameter → its values. */
  readonly parameters?: Readonly<Record<string, Hyperparameter>>;
  /** Whether parameters that are not declared are accepted, as texts; by default false. */
  readonly otherParameters?: boolean;
  /** Other names of the type: `csv`. */
  readonly aliases?: readonly string[];
}

/** The declaration of one channel. */
export interface ChannelDeclaration {
  readonly description?: string;
  readonly required?: boolean;
  /** At least one. */
  readonly contentTypes: readonly (string | ContentTypeDeclaration)[];
  /** The type of a channel without one; by default the content type is required if there are several. */
  readonly defaultContentType?: string;
  /** By default `File` and `FastFile`. */
  readonly inputModes?: readonly InputMode[];
  /** By default `None`. */
  readonly compression?: readonly ('None' | 'Gzip')[];
  /** By default both. */
  readonly distribution?: readonly ('FullyReplicated' | 'ShardedByS3Key')[];
  /** Whether a job may ask for shuffled data; by default true. */
  readonly shuffle?: boolean;
}

/** Name → declaration. */
export type ChannelDeclarations = Readonly<Record<string, ChannelDeclaration>>;

/** A content type of a job, checked. */
export interface ContentType {
  /** In lower case, without parameters; the declaration's name for an alias. */
  readonly type: string;
  /** Those that are given, and the defaults of the others. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A channel of a running job. */
export interface TrainingChannel {
  readonly name: string;
  readonly contentType: ContentType;
  readonly inputMode: InputMode;
  /** The folder of its files. In Pipe mode epoch N comes through the FIFO `DIR_N` instead. Absolute. */
  readonly dir: string;
  readonly compression: 'None' | 'Gzip';
  /** Whether the platform wraps each object into one RecordIO record (Pipe mode). */
  readonly recordWrapper: 'None' | 'RecordIO';
  readonly distribution: 'FullyReplicated' | 'ShardedByS3Key';
  /** The seed of the job's ShuffleConfig. */
  readonly shuffleSeed: number | undefined;
}
