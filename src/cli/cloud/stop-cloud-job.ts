import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { printResult } from '../../log/print.ts';
import type { GivenOptions } from '../options/parse-options.ts';
import { statusText } from '../view/job-table.ts';
import { withCloud } from './open-cloud.ts';

/** `optml stop JOB --cloud`. Returns the exit code. @throws OptmlError JOB_NOT_FOUND, JOB_HAS_ENDED and others. */
export async function stopCloudJob(given: GivenOptions, variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const [name = ''] = given.operands;
  return withCloud(variables, async ({ platform }) => {
    await platform.stop(name);
    if (!given.flags.has('wait')) {
      printResult(`${name}: stopping\n`);
      return EXIT_CODES.success;
    }
    printResult(`${name}: ${statusText(await platform.wait(name))}\n`);
    return EXIT_CODES.success;
  });
}
