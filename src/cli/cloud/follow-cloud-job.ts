import { EXIT_CODES, signalExitCode } from '../../contract/exit-codes.ts';
import { asOptmlError, describeError, isOptmlError } from '../../errors/error.ts';
import type { CloudPlatform, JobUpdate } from '../../estimator/cloud/cloud-platform.ts';
import type { TrainingJobDescription } from '../../jobs/describe/describe.ts';
import type { SecondaryStatus } from '../../jobs/status.ts';
import { jobExitCode } from '../view/job-exit-code.ts';
import type { RunView } from '../view/run-view.ts';
import { terminalLines } from '../view/terminal-lines.ts';
import { type Interrupts, SECOND_CTRL_C_MS } from './interrupts.ts';

/** What following a job needs. */
export interface FollowSetting {
  readonly platform: CloudPlatform;
  readonly view: RunView;
  readonly interrupts: Interrupts;
}

/** How following a job ended: with the job, or detached from it. */
export interface FollowedEnd {
  readonly exitCode: number;
  /** Undefined after a signal has detached. */
  readonly description?: TrainingJobDescription | undefined;
}

/**
 * Shows a job of SageMaker until it ends, or until a signal detaches: its statuses, the lines of all hosts, its metrics.
 *
 * @throws OptmlError JOB_NOT_FOUND, AWS_REFUSED and others.
 */
export async function followCloudJob(
  name: string,
  { platform, view, interrupts }: FollowSetting,
): Promise<FollowedEnd> {
  interrupts.follow({
    warn: () =>
      view.note(`Press Ctrl-C again within ${SECOND_CTRL_C_MS / 1000} s to stop the job; it goes on otherwise.`),
    stop: () => void stopJob(name, platform, view),
  });
  try {
    for await (const update of platform.follow(name, { signal: interrupts.detach })) {
      if (update.type !== 'end') {
        await show(update, view);
        continue;
      }
      interrupts.onEnd();
      view.endCloud(update.description);
      return { exitCode: jobExitCode(update.description), description: update.description };
    }
  } catch (error) {
    if (!interrupts.detach.aborted) {
      view.note(`The job is not followed any more, and may go on.\n${commandsFor(name)}`);
      throw error;
    }
  }
  view.note(`Detached from job ${name}, which goes on.\n${commandsFor(name)}`);
  const signal = interrupts.detachedBy();
  return { exitCode: signal === undefined ? EXIT_CODES.failure : signalExitCode(signal) };
}

/** How to go on with a job that is not followed, one command in each line. */
export function commandsFor(name: string): string {
  return [`attach: optml attach ${name}`, `stop:   optml stop ${name} --cloud`].join('\n');
}

async function stopJob(name: string, platform: CloudPlatform, view: RunView): Promise<void> {
  view.note('Stopping the job. Press Ctrl-C again to detach.');
  try {
    await platform.stop(name);
  } catch (error) {
    // It has ended meanwhile, which its last update says.
    if (isOptmlError(error) && error.code === 'JOB_HAS_ENDED') return;
    view.note(`${describeError(asOptmlError(error))}\nStop it with: optml stop ${name} --cloud`);
  }
}

function show(update: Exclude<JobUpdate, { readonly type: 'end' }>, view: RunView): void | Promise<void> {
  switch (update.type) {
    case 'log': {
      const lines = Buffer.from(`${update.line}\n`);
      return view.show({ ...update, lines: process.stdout.isTTY === true ? terminalLines(lines) : lines });
    }
    case 'metric':
      return view.show({ ...update, host: '' });
    default:
      return view.show({ ...update, secondaryStatus: update.secondaryStatus as SecondaryStatus });
  }
}
