import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { JobEvent } from '../../jobs/events.ts';
import { isJobName } from '../../jobs/job-name.ts';
import { thisOwner } from '../../jobs/job-owner.ts';
import { openStore } from '../../jobs/job-store.ts';
import { hasEnded } from '../../jobs/status.ts';
import { isStopAsked, writeStopFile } from '../../jobs/watch-stop.ts';
import { recordFailure } from '../../local/record-failure.ts';
import { runRecordedJob } from '../../local/run-training-job.ts';
import { visibleLine } from '../../text/visible.ts';
import { stoppedBeforeTurn } from './end-sleeper.ts';
import { type OwnerOrder, takeOrder } from './owner-order.ts';
import { queueDir, removeTicket } from './queue.ts';
import { waitForTurn, wakeNext } from './turn.ts';

/** Name of the file in a job's folder with the warnings of a job that no terminal shows. */
export const WARNINGS_FILE = 'warnings.log';

/**
 * Runs the job whose name is `args[0]`, or the line that comes through `input`: as the process of its own that the endpoint has
 * started for it. Ends without a job if `input` ends first. `stop` stops the job, as StopTrainingJob does.
 */
export async function ownJob(
  args: readonly string[],
  variables: Readonly<NodeJS.ProcessEnv>,
  { input, stop }: { readonly input: Readable; readonly stop: AbortSignal },
): Promise<void> {
  const name = args[0] ?? (await firstLine(input));
  if (name === undefined || !isJobName(name)) return;
  const store = openStore(variables);
  const dir = store.folderOf(name);
  const order = takeOrder(dir);
  stop.addEventListener('abort', () => writeStopFile(dir));
  const rules = { jobsDir: store.jobsDir, parallel: order.parallel };
  try {
    await waitForTurn(name, dir, rules);
    const record = { ...store.read(name), runner: thisOwner() };
    if (hasEnded(record.TrainingJobStatus)) return;
    if (isStopAsked(dir)) store.update(name, stoppedBeforeTurn(record));
    else await runRecordedJob(record, optionsOf(order, dir, variables));
  } catch (error) {
    recordFailure(store, name, error);
  } finally {
    removeTicket(queueDir(store.jobsDir), name);
    wakeNext(rules);
  }
}

function optionsOf(order: OwnerOrder, dir: string, variables: Readonly<NodeJS.ProcessEnv>) {
  const { engine, pull, stopGraceSeconds, imageAdvice, localBuckets } = order;
  return {
    variables: { ...variables, ...order.variables },
    engine,
    pull,
    imageAdvice,
    ...(stopGraceSeconds !== undefined && { stopGraceSeconds }),
    ...(localBuckets !== undefined && { localBuckets }),
    passCredentials: true,
    // Differs from the platform (C11), as clients of the endpoint compare it with their requests.
    isFastFileNamed: true,
    onEvent: (event: JobEvent) => {
      if (event.type === 'warning') appendFileSync(join(dir, WARNINGS_FILE), `${visibleLine(event.message)}\n`);
    },
  };
}

async function firstLine(input: Readable): Promise<string | undefined> {
  let text = '';
  for await (const chunk of input.setEncoding('utf8')) {
    text += chunk;
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end);
  }
  return undefined;
}
