import { EXIT_CODES } from '../../contract/exit-codes.ts';
import type { GivenOptions } from '../options/parse-options.ts';
import { showLogs } from '../view/show-logs.ts';
import { hostsOf } from './hosts-of.ts';
import { withCloud } from './open-cloud.ts';

/** `optml logs JOB --cloud`. Returns the exit code. @throws OptmlError JOB_NOT_FOUND, USAGE for an unknown host, and others. */
export async function showCloudLogs(given: GivenOptions, variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const [name = ''] = given.operands;
  return withCloud(variables, async ({ platform }) => {
    const description = await platform.describe(name);
    await showLogs(platform.logs(name), hostsOf(description), { job: name, given });
    return EXIT_CODES.success;
  });
}
