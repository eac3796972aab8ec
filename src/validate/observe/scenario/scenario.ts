/** How one configuration file differs from what the platform writes for a plain job. */
export interface ConfigChange {
  /** Whole content instead. */
  readonly text?: string;
  readonly isRemoved?: boolean;
  /** Members that replace others or are added. */
  readonly merge?: Readonly<Record<string, unknown>>;
  /** The same for each member that is an object: for each channel of `inputdataconfig.json`. */
  readonly mergeEach?: Readonly<Record<string, unknown>>;
  /** Only these members stay. */
  readonly only?: readonly string[];
  /** The same for each member that is an object. */
  readonly onlyEach?: readonly string[];
}

/** What the channels of a job are, where they are not just the job's own. */
export interface ChannelChange {
  /** Without those of the job. */
  readonly areAbsent?: boolean;
  /** The folders of the job's own channels are there, and hold nothing: a shard of none (contract C45). */
  readonly areEmpty?: boolean;
  /** Mounted read-only, as FastFile does it; else small ones are copies that can be written to. */
  readonly areReadOnly?: boolean;
  /** Further ones: name → file name → text. */
  readonly more?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** When a job gets SIGTERM (contract C57). */
export interface ScenarioStop {
  /** After the first output; of a job without any, after the start and five seconds. */
  readonly afterSeconds: number;
  /** Whether the job is known to print something: then that is waited for, however long it takes. */
  readonly hasOutput: boolean;
  /** What a line holds by which the script says that it works. */
  readonly afterText?: string;
  /** Lines that are waited for after that: progress, however busy the machine is. */
  readonly afterLines?: number;
  /** How long these lines are waited for: so many seconds after the start. */
  readonly linesWithinSeconds?: number;
}

/** Conditions that a container can be put under; the engine `process` knows the limit of memory only. */
export interface ScenarioLimits {
  readonly user?: string;
  readonly isReadOnlyRoot?: boolean;
  readonly memoryBytes?: number;
  readonly hasTerminal?: boolean;
}

/** A prepared job, as plain data: in what it differs from the job that is validated. Equal ids mean equal scenarios. */
export interface Scenario {
  /** In kebab case, at most 40 characters. */
  readonly id: string;
  /** What is played, for people: one line that begins with a small letter. */
  readonly about: string;
  /** How many hosts run; by default one, whatever the job asks for. */
  readonly hosts?: number;
  /** Names of further hosts, which resolve but do not run. */
  readonly absentHosts?: readonly string[];
  /** Over those of the job. Values that are no text are something that the platform never sends. */
  readonly hyperparameters?: Readonly<Record<string, unknown>>;
  /** Hyperparameters by which the user has said that the job fails, or takes long. */
  readonly variant?: 'failing' | 'long';
  readonly environment?: Readonly<Record<string, string>>;
  readonly channels?: ChannelChange;
  /** By the file's name in `input/config`. A file that the platform does not write is made of `{}`. */
  readonly config?: Readonly<Record<string, ConfigChange>>;
  /** The job has checkpoints: none yet, or those that another scenario has left. */
  readonly checkpoints?: {
    readonly from?: Scenario;
    /** With the empty files that the platform's uploader leaves (contract C54). */
    readonly withMarkers?: boolean;
    /** They are kept for another scenario, until it is forgotten. */
    readonly areKept?: boolean;
  };
  readonly stop?: ScenarioStop;
  readonly limits?: ScenarioLimits;
  /** A file system of this size in place of `model/` or `output/`; without a size it takes no file at all. */
  readonly smallDisk?: { readonly path: 'model' | 'output'; readonly bytes?: number };
  /** No network but that between the job's own hosts (contract C7). */
  readonly isIsolated?: boolean;
  /** Folders as the platform has them: root's, 0755 (contract C9). Otherwise any user may write to them. */
  readonly hasPlatformOwnership?: boolean;
  /** In place of the source of a job of the newer SDK (contract C90): the script that it would run, in either language. */
  readonly entryScript?: { readonly py: string; readonly sh: string };
  /** Words that are run instead of the program of the image, such as a look at what it holds. */
  readonly program?: readonly string[];
  /** In place of the word `train`. */
  readonly arguments?: readonly string[];
  /** The hosts' memory is watched, and what they change in the image. On `process` it needs a control group for each host. */
  readonly isMeasured?: boolean;
  /** The bytes of the model are compared with those of another run. */
  readonly isModelCompared?: boolean;
}
