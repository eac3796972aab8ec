import { OptmlError } from '../errors/error.ts';
import type { TrainingJobDescription } from '../jobs/describe/describe.ts';
import { printMessage, printResult } from '../log/print.ts';
import type { JobUpdate } from './cloud/cloud-platform.ts';

/** What to show of a job while it is waited for: nothing, everything, or what a function makes of it. */
export type LogOption = 'All' | 'None' | boolean | ((update: JobUpdate) => void);

/** Shows each update until the job has ended, and returns how it ended. */
export async function showUpdates(updates: AsyncIterable<JobUpdate>, logs: LogOption): Promise<TrainingJobDescription> {
  const show = typeof logs === 'function' ? logs : printUpdate();
  for await (const update of updates) {
    show(update);
    if (update.type === 'end') return update.description;
  }
  throw new OptmlError('DEFECT', 'the updates of a job ended before the job');
}

/** Prints lines of hosts on standard output, and statuses on standard error. Lines of the second host on name their host. */
function printUpdate(): (update: JobUpdate) => void {
  const hosts = new Set<string>();
  return (update) => {
    if (update.type === 'status') printMessage(`${update.secondaryStatus}: ${update.message}`);
    if (update.type !== 'log') return;
    hosts.add(update.host);
    printResult(`${hosts.size > 1 ? `[${update.host}] ` : ''}${update.line}\n`);
  };
}
