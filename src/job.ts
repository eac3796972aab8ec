import type { JobPaths } from './contract/paths.ts';
import type { Log } from './log/log.ts';
import type { StopControl } from './process/stop-control.ts';

/** One run of `train`, filled as the job goes its way. */
export interface Job {
  readonly stop: StopControl;
  log: Log;
  paths?: JobPaths;
  /** Texts that must not be shown. */
  secrets: readonly string[];
}
