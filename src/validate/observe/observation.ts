import type { RawName } from '../../job-tree/raw-name.ts';

/** A line of output and when it came: seconds after the host's start. */
export interface TimedLine {
  readonly seconds: number;
  /** Without its break; secrets masked, long ones cut. */
  readonly text: string;
}

/** The output of a host. */
export interface Output {
  /** The first and last lines, in order. */
  readonly lines: readonly TimedLine[];
  readonly lineCount: number;
  /** Undefined for a host that printed nothing. */
  readonly firstSeconds: number | undefined;
  readonly lastSeconds: number | undefined;
}

/** A file that a host has left below `/opt/ml`. */
export interface FileEntry {
  /** Below `/opt/ml`: `model/weights.bin`. */
  readonly path: RawName;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly bytes: number;
  /** What it takes on the disk: a sparse file less than its size. */
  readonly diskBytes: number;
  /** How many names the file has. */
  readonly names: number;
  /** Where a link points to. */
  readonly target?: RawName;
  /** Of files in `model/` that could be read and are not too large, if the scenario compares models. */
  readonly sha256?: string;
}

/** Something that a host left and that was not looked at, or not all of it. */
export interface Unseen {
  /** Below `/opt/ml`; empty for everything. */
  readonly path: RawName;
  /** `EACCES: permission denied`. */
  readonly why: string;
}

/** How the processes of a host take SIGTERM, by their own words to the kernel. Undefined where that cannot be read. */
export interface TermHandling {
  /** Whether the first process has a handler: without one the kernel keeps the signal from a PID 1. */
  readonly isCaught: boolean | undefined;
  /** Whether all processes below the first one ignore the signal. */
  readonly isIgnored: boolean | undefined;
}

/** The result of a request to stop. */
export interface StopSeen extends TermHandling {
  /** When SIGTERM was sent: seconds after the host's start. */
  readonly sentSeconds: number;
  /** Lines that the host had printed by then. */
  readonly sentLines: number;
  /** From SIGTERM to the end; undefined where the host had to be killed. */
  readonly tookSeconds: number | undefined;
  /** How long it was waited for. */
  readonly waitedSeconds: number;
  /** The first process got its handler after the signal, which was lost. */
  readonly isCaughtLate: boolean;
}

/** What was seen of one host. */
export interface HostObservation {
  readonly name: string;
  readonly exitCode: number;
  /** Why it could not be started. */
  readonly startError: string | undefined;
  readonly isOutOfMemory: boolean;
  /** It was killed since it did not end. */
  readonly isTimedOut: boolean;
  /** It was stopped since another host had failed. */
  readonly isStoppedForOther: boolean;
  readonly seconds: number;
  readonly output: Output;
  readonly stop: StopSeen | undefined;
  /** Start of the failure file; undefined without one. */
  readonly failure: string | undefined;
  /** The last bytes of a failure file that is longer than `failure`. */
  readonly failureEnd: string | undefined;
  /** What is below `/opt/ml`, but for `input` and `code`. */
  readonly files: readonly FileEntry[];
  /** Parts of it that are not in `files`, or not entirely. */
  readonly unseen: readonly Unseen[];
  /** Space on the disk that it takes. */
  readonly diskBytes: number;
  /** What differs from the image outside of all mounts: `A /path`. Undefined where that is unknown. */
  readonly changes: readonly string[] | undefined;
  /** Files of channels that were changed, made or removed. Undefined where channels are read-only. */
  readonly channelChanges: readonly string[] | undefined;
  readonly peakMemoryBytes: number | undefined;
}

/** Restored checkpoints whose reading was watched. */
export interface CheckpointReads {
  readonly watched: number;
  readonly read: number;
}

/** What was seen of a scenario. */
export interface Observation {
  readonly scenarioId: string;
  /** What is played, for people. */
  readonly about: string;
  /** What was run, as words for people: the engine's own call is longer. */
  readonly command: readonly string[];
  /** Why it could not be played here, in one sentence; then there are no hosts. */
  readonly cannot: string | undefined;
  readonly hosts: readonly HostObservation[];
  /** Which of its restored checkpoints the first host has read. Undefined without any, and where the disk does not say. */
  readonly checkpointReads?: CheckpointReads | undefined;
  /** What the engine has warned of. */
  readonly warnings: readonly string[];
}
