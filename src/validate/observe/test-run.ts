import { DEFAULT_BASE_DIR } from '../../contract/paths.ts';
import type { HostSpec } from '../../engines/engine.ts';
import type { JobFolder } from '../../job-tree/job-folder.ts';
import { openBelow } from '../../job-tree/open-below.ts';
import { WORK_NAMES } from '../../jobs/job-folder.ts';
import type { StagedJob } from '../../staging/staged-job.ts';
import type { ChannelCopy } from './left-files/channel-copies.ts';
import type { OutputWatch } from './output-watch.ts';
import type { Scenario } from './scenario/scenario.ts';
import type { ValidationContext } from './validation-context.ts';

/** A scenario that is being played. */
export interface TestRun extends StagedJob {
  readonly context: ValidationContext;
  readonly scenario: Scenario;
  readonly mask: (text: string) => string;
  /** The folder `dir`, opened before a job could replace anything on the way to it. */
  readonly folder: JobFolder;
}

/** A host that is ready to be started. */
export interface PreparedHost {
  readonly spec: HostSpec;
  readonly output: OutputWatch;
  readonly copies: readonly ChannelCopy[];
}

/** Opens the folder that is a host's `/opt/ml`. The caller closes it. @throws the system's error; none of it is a link. */
export function openMl({ folder }: Pick<TestRun, 'folder'>, host: string): JobFolder {
  return openBelow(folder, `${WORK_NAMES.hosts}/${host}/ml`);
}

/** What a host says, as it is shown. Without containers its folder has another path than it has there. */
export function shownText({ mask }: TestRun, mlDir: string): (text: string) => string {
  return (text) => mask(text.replaceAll(mlDir, DEFAULT_BASE_DIR));
}
