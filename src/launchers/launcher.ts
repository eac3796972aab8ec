import type { EntryPointKind } from '../entry-point/kind.ts';
import type { TrainingEnvironment } from '../environment/training-environment.ts';
import type { ProcessEnd } from '../process/process-end.ts';
import type { StopControl } from '../process/stop-control.ts';
import type { SuperviseContext, supervise } from '../process/supervise.ts';

/** The program that a launcher is to start, and the environment that it gets. */
export interface LaunchDescription {
  /** The program and what comes before the user's arguments, such as an interpreter. */
  readonly command: readonly [file: string, ...args: string[]];
  /** The user's arguments. */
  readonly userArguments: readonly string[];
  readonly kind: EntryPointKind;
  readonly cwd: string;
  /** The whole environment. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** Those of {@link variables} that were made for the program (section 4 of the contract). */
  readonly exported: ReadonlyMap<string, string>;
  readonly environment: TrainingEnvironment;
}

/** What is started on this host, as `optml train --dry-run` shows it. */
export interface LaunchPlan {
  /** `process` for a plain process, whatever its variables. */
  readonly launcher: 'process' | 'mpi' | 'smdistributed' | 'torchrun' | 'pytorch-xla' | 'ranks';
  readonly role: 'single' | 'master' | 'worker';
  /** The whole command, the user's arguments included. */
  readonly command: readonly [file: string, ...args: string[]];
  /** The command that the failure text names, if another one runs the script. */
  readonly scriptCommand?: readonly string[];
  /** Variables that the launcher adds to those of the description. */
  readonly added: Readonly<Record<string, string>>;
}

/** What a launcher also gets. */
export interface LaunchContext extends SuperviseContext {
  readonly stop: StopControl;
  /** Known to the hosts of this job only, where whatever started them shares one. */
  readonly jobSecret?: string | undefined;
  /** Runs one process to its end. Handed in, so that the launchers' bundle does not contain a second copy. */
  readonly supervise: typeof supervise;
}

/** How the program ended, on all hosts where it ran on several. */
export interface LaunchEnd extends ProcessEnd {
  /** Which rank of which host it was that failed. */
  readonly note?: string | undefined;
}

/** Starts a program in its own way, on one host or many, and tells how it ended (contract C68). */
export interface Launcher {
  /**
   * What would be started here. Reads and starts nothing.
   *
   * @throws OptmlError LAUNCHER_UNSUPPORTED or HYPERPARAMETER_INVALID for what this launcher cannot start.
   */
  readonly plan: (description: LaunchDescription) => LaunchPlan;
  /**
   * Starts it and waits for its end.
   *
   * @throws OptmlError LAUNCHER_MISSING, HOSTS_LOST and others; not for a program that fails.
   */
  readonly run: (description: LaunchDescription, context: LaunchContext) => Promise<LaunchEnd>;
}
