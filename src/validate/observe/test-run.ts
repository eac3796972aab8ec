import { DEFAULT_BASE_DIR } from '../../contract/paths.ts';
import type { HostSpec } from '../../engines/engine.ts';
import type { StagedJob } from '../../staging/staged-job.ts';
import type { ChannelCopy } from './channel-copies.ts';
import type { OutputWatch } from './output-watch.ts';
import type { Scenario } from './scenario/scenario.ts';
import type { ValidationContext } from './validation-context.ts';

/** A scenario that is being played. */
export interface TestRun extends StagedJob {
  readonly context: ValidationContext;
  readonly scenario: Scenario;
  readonly mask: (text: string) => string;
}

/** A host that is ready to be started. */
export interface PreparedHost {
  readonly spec: HostSpec;
  readonly output: OutputWatch;
  readonly copies: readonly ChannelCopy[];
}

/** What a host says, as it is shown. Without containers its folder has another path than it has there. */
export function shownText({ mask }: TestRun, mlDir: string): (text: string) => string {
  return (text) => mask(text.replaceAll(mlDir, DEFAULT_BASE_DIR));
}
