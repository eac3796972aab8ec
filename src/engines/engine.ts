import type { OptmlError } from '../errors/error.ts';
import type { OutputStream } from '../text/output-stream.ts';
import type { EngineName } from './engine-names.ts';
import type { JobImage } from './job-image.ts';

/** A folder or file of this machine that a host sees. */
export interface Mount {
  /** Absolute path here. */
  readonly source: string;
  /** Where the host sees it: absolute there, such as `/opt/ml/input/data/training`. */
  readonly target: string;
  readonly isReadOnly: boolean;
}

/** A job as far as an engine has to know it. */
export interface ContainerJob {
  readonly name: string;
  readonly image: JobImage;
  readonly entrypoint: readonly string[] | undefined;
  readonly arguments: readonly string[] | undefined;
  /** Names of all hosts, which resolve on each of them. */
  readonly hosts: readonly string[];
  /** Whether the hosts reach nothing but one another (contract C7). */
  readonly isIsolated: boolean;
  /** A folder of the job's own for what the engine has to write down; removed after the job. */
  readonly workDir: string;
}

/** What limits a host in addition to the job: conditions of a trial, which only containers can have where nothing else is said. */
export interface HostLimits {
  /** User and group by number, `1000:1000`, instead of the image's own. */
  readonly user?: string;
  /** Nothing but mounts and `/tmp` can be written to. */
  readonly isReadOnlyRoot?: boolean;
  /** Most memory, in bytes. On the engine `process` too, where it can make control groups. */
  readonly memoryBytes?: number;
  readonly hasTerminal?: boolean;
  /** Small file systems in memory, in place of whatever else would be there. On the engine `process` too. */
  readonly disks?: readonly HostDisk[];
  /** `NAME:ADDRESS` of further names that resolve. */
  readonly names?: readonly string[];
}

/** A file system in memory. */
export interface HostDisk {
  /** Absolute, as the host sees it. */
  readonly target: string;
  /** Options of the kernel's tmpfs: `size=4096,nr_inodes=1`. */
  readonly options: string;
}

/** What is known of a host from the beginning. */
export interface ComingHost {
  readonly name: string;
  /** The folder that is `/opt/ml` there: `input/config`, `model`, `output` and, with a source, `code` are in it. */
  readonly mlDir: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** One host of a job, ready to be started. */
export interface HostSpec extends ComingHost {
  /** What is mounted over it: channels, checkpoints. */
  readonly mounts: readonly Mount[];
  /**
   * Takes the bytes of both streams as they arrive. Bytes of a stream are in order; between the streams the order is as near
   * as two pipes allow. A promise holds that stream back until it resolves. Where only one pipe is available, both streams
   * are `stdout`.
   */
  readonly onOutput: (bytes: Buffer, stream: OutputStream) => void | Promise<void>;
  readonly limits?: HostLimits;
}

/** How a host ended. */
export interface HostEnd {
  /** 128 + n for signal n; 127 where the program is missing. */
  readonly exitCode: number;
  readonly isOutOfMemory: boolean;
  /** Why it could not be started at all, in words for the user. */
  readonly startError?: string;
  /** Where the engine failed and not the host, which had been running: what is wrong with it. */
  readonly engineError?: string;
}

/** A host that runs. */
export interface HostRun {
  /** Never rejects. All output has been given by then. */
  readonly ended: Promise<HostEnd>;
  /** Why it was not started, where that is known before its program runs. */
  readonly refusal?: OptmlError | undefined;
  /** Sends SIGTERM to the host's first process (contract C57). */
  stop(): void;
  /** Ends everything on the host immediately. */
  kill(): void;
  /** Id of the host's first process, while it runs and is one of this machine. */
  firstPid?(): Promise<number | undefined>;
  /**
   * After the end, before the session is closed: what differs from the image outside of all mounts, as the engine lists it
   * (`A /path`, `C /path`, `D /path`). Absent where there is no image.
   */
  changes?(): Promise<readonly string[] | undefined>;
}

/** Where the hosts of one job run. */
export interface EngineSession {
  /**
   * Whether a host sees its folder as `/opt/ml`. Otherwise only `SAGEMAKER_BASE_DIR` leads to it (contract C8). A promise
   * where only the first host shows it: call {@link expect} before.
   */
  readonly hasOptMl: boolean | Promise<boolean>;
  /** The labels of the image that the hosts run. Absent where there is no image. */
  readonly imageLabels?: Readonly<Record<string, string>>;
  /** The interface by which the hosts reach one another. */
  readonly networkInterface: string;
  /** Why MPI cannot run on these hosts. Complete when {@link hasOptMl} is known. */
  readonly mpiLack?: string | undefined;
  /**
   * Makes what MPI needs, before the hosts are expected. Returns variables of all hosts. Absent where MPI needs nothing.
   *
   * @throws OptmlError START_FAILED.
   */
  readonly prepareMpi?: (() => Promise<Readonly<Record<string, string>>>) | undefined;
  /** Why the hosts of an isolated job would reach other networks. */
  readonly isolationLack?: string | undefined;
  /** Tells of a host that {@link start} will be called for, as it is here: what takes time can begin. */
  expect?(host: ComingHost): void;
  /** Starts one host. */
  start(host: HostSpec): Promise<HostRun>;
  /** After the host's end: makes what it wrote below `mlDir` and its writable mounts the user's own. */
  takeOver(host: HostSpec): Promise<void>;
  /** Removes whatever the job has left in the engine: containers, networks. Never throws. */
  close(): Promise<void>;
}

/** Runs hosts: processes, or containers of an engine. */
export interface Engine {
  readonly name: EngineName;
  /**
   * Gets ready to run the hosts of a job: image, network. Gives `onKillMe` lines for the watchdog: what it must kill and
   * removed should this process die.
   *
   * @throws OptmlError when the image is unavailable, the project cannot be built, or the engine does not answer.
   */
  open(job: ContainerJob, context: EngineContext): Promise<EngineSession>;
}

/** What an engine may use. */
export interface EngineContext {
  /** Ends the preparation. */
  readonly signal: AbortSignal;
  /** Ends everything, also the removal of what the job has left in the engine. */
  readonly endNow?: AbortSignal | undefined;
  readonly warn: (message: string) => void;
  /** Says how far pulling or building is: whole lines. */
  readonly say: (line: string) => void;
  readonly watchdog: Watchdog;
}

/** Ends what a job has started should this process die (a small process of its own that holds a pipe). */
export interface Watchdog {
  /** From now on the watchdog must kill this process group. `pid` is its leader's. */
  watchGroup(pid: number): void;
  /** From now on it must run these commands, one after the other: `docker rm -f …`. */
  watchCommand(command: readonly string[]): void;
  /** From now on it must do nothing any more. */
  close(): Promise<void>;
}
