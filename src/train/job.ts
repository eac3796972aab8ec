import type { IntermediateOutput } from '../artifacts/intermediate.ts';
import type { JobPaths } from '../contract/paths.ts';
import type { Log } from '../log/log.ts';
import type { OutputPipe } from '../process/output-pipe.ts';
import type { StopControl } from '../process/stop-control.ts';

/** One run of `train`, filled as the job goes its way. */
export interface Job {
  readonly stop: StopControl;
  /** For the training program's standard error: made while the configuration is read. */
  readonly outputPipe: Promise<OutputPipe | undefined>;
  log: Log;
  paths?: JobPaths;
  /** What uploads intermediate output while the program runs, where that is asked for (contract C56). */
  intermediate?: IntermediateOutput | undefined;
  /** Texts that must not be shown. */
  secrets: readonly string[];
}
