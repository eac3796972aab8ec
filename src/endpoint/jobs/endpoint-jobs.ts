import { rmSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { sleep } from '../../concurrency/clock.ts';
import { forEachAtOnce } from '../../concurrency/for-each-at-once.ts';
import type { EngineName } from '../../engines/engine-names.ts';
import type { PullPolicy } from '../../engines/engine-options.ts';
import { WITHOUT_CONTAINER } from '../../engines/job-image.ts';
import { isAlive } from '../../jobs/job-owner.ts';
import { type JobStore, openStore } from '../../jobs/job-store.ts';
import type { JobRecord } from '../../jobs/record.ts';
import { wakeOwner } from '../../jobs/sleeping-owner.ts';
import { hasEnded } from '../../jobs/status.ts';
import { moved } from '../../jobs/transitions.ts';
import { writeStopFile } from '../../jobs/watch-stop.ts';
import { firstRecord } from '../../local/first-record.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import type { StaticCredentials } from '../../storage/s3-settings.ts';
import { endSleeper } from './end-sleeper.ts';
import { type ImageRule, mapImage } from './image-map.ts';
import { imageAdvice, jobVariables, ownerVariables } from './job-variables.ts';
import { type OwnerOrder, removeOrder, writeOrder } from './owner-order.ts';
import { liveTickets, putTicket, queueDir, type Ticket } from './queue.ts';
import { startOwner, startSleepingOwner, type WaitingOwner } from './start-owner.ts';

/** How an endpoint runs jobs. */
export interface JobSettings {
  /** The environment of the endpoint: `PATH`, `OPTML_HOME` (absolute). Its AWS variables do not reach jobs. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** The endpoint's own address, where jobs find S3: `http://127.0.0.1:4566`. An endpoint at the same address follows them later. */
  readonly url: string;
  /** Those that jobs and their programs use at the endpoint. */
  readonly credentials: StaticCredentials;
  /** By default the first container engine that answers, else `process`. */
  readonly engine?: EngineName | undefined;
  readonly pull?: PullPolicy | undefined;
  readonly stopGraceSeconds?: number | undefined;
  /** The data folder of the endpoint's buckets. Without it, jobs reach them through the endpoint. */
  readonly localBuckets?: string | undefined;
  /** Most jobs that run at the same time. By default {@link defaultParallel}. */
  readonly parallel?: number | undefined;
  /** Other images in place of those that requests name: the first rule that matches. */
  readonly images?: readonly ImageRule[] | undefined;
}

/** The jobs of an endpoint. Each has a process of its own, which goes on without the endpoint. */
export interface EndpointJobs {
  readonly store: JobStore;
  /**
   * Creates a job with exactly the name of its checked request. Resolves when its process has it.
   *
   * @throws OptmlError JOB_NAME_IN_USE, START_FAILED, DISK_WRITE_FAILED.
   */
  create(request: TrainingJobRequest, region: string): Promise<JobRecord>;
  /** The jobs of all endpoints with this store that have not ended, oldest first. */
  live(): readonly Ticket[];
  /**
   * Stops the jobs that an endpoint at this address has created, as StopTrainingJob does, and resolves when their processes have
   * ended, or `signal` is aborted.
   */
  stopAll(signal?: AbortSignal): Promise<void>;
  /** Ends the process that waits for the next job. Jobs go on. */
  close(): void;
}

/** Twice the processors, since jobs also wait for data, and one for each GiB of memory. */
export function defaultParallel(): number {
  return Math.max(1, Math.min(2 * availableParallelism(), Math.floor(totalmem() / (1 << 30))));
}

/** Opens the jobs of an endpoint. */
export function openJobs(settings: JobSettings): EndpointJobs {
  const { url, parallel = defaultParallel() } = settings;
  const store = openStore(settings.variables);
  const queue = queueDir(store.jobsDir);
  const own = ownerVariables(settings.variables);
  let spare: WaitingOwner | undefined;
  let created = 0;
  let isClosed = false;

  const takeSpare = () => {
    // Somebody may have killed it.
    const taken = spare !== undefined && isAlive(spare.owner) ? spare : startOwner(own);
    spare = undefined;
    return taken;
  };
  const refill = () => {
    // If it cannot be started, the next job reports it.
    if (!isClosed && spare === undefined) attempt(() => (spare = startOwner(own)));
  };
  setImmediate(refill);
  const takeOwner = (name: string, ahead: number) =>
    ahead > parallel ? startSleepingOwner(store.jobsDir, name, own) : takeSpare();

  const create = async (request: TrainingJobRequest, region: string) => {
    const name = request.TrainingJobName;
    const ahead = liveTickets(queue, parallel + 1).length;
    const waiting = takeOwner(name, ahead);
    const image = mapImage(request.AlgorithmSpecification?.TrainingImage ?? '', settings.images ?? []);
    const variables = jobVariables(settings, region);
    const { owner } = waiting;
    const makeRecord = () => {
      const first = firstRecord(request, { variables: { ...own, ...variables }, runner: owner });
      return moved({ ...first, ...(image !== undefined && { image }) }, ahead < parallel ? 'Starting' : 'Pending');
    };
    let dir: string | undefined;
    try {
      dir = store.claim(name, makeRecord, { isExact: true }).dir;
      writeOrder(dir, orderOf(settings, { variables, parallel, isPlain: image === WITHOUT_CONTAINER }));
      putTicket(queue, { jobName: name, owner, endpoint: url, ...sizeOf(request) }, [Date.now(), ++created]);
      await waiting.begin(name);
    } catch (error) {
      waiting.close();
      // Its client receives an error: there is no such job.
      if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
      throw error;
    } finally {
      setImmediate(refill);
    }
    const record = store.read(name);
    // Its process was killed, and the job found failed, before it had an order.
    if (hasEnded(record.TrainingJobStatus)) removeOrder(store.folderOf(name));
    return record;
  };

  return {
    store,
    create,
    live: () => liveTickets(queue),
    async stopAll(signal) {
      const mine = liveTickets(queue).filter(({ endpoint }) => endpoint === url);
      // All, before the end of one lets another begin.
      for (const { jobName } of mine) attempt(() => writeStopFile(store.folderOf(jobName)));
      // Those that sleep, last ones first: the end of one wakes the next.
      const awake = mine.toReversed().filter((ticket) => !endSleeper(store, ticket));
      await forEachAtOnce(awake, MOST_WOKEN, new AbortController(), async ({ jobName, owner }) => {
        wakeOwner(store.jobsDir, jobName);
        // Behind the last status it still writes the report.
        while (isAlive(owner) && signal?.aborted !== true) await sleep(END_POLL_MS);
      });
    },
    close() {
      isClosed = true;
      spare?.close();
      spare = undefined;
    },
  };
}

function orderOf(
  { engine, pull, stopGraceSeconds, localBuckets }: JobSettings,
  { isPlain, ...rest }: Pick<OwnerOrder, 'variables' | 'parallel'> & { readonly isPlain: boolean },
): OwnerOrder {
  const used = isPlain ? 'process' : engine;
  return {
    ...rest,
    imageAdvice,
    ...(used !== undefined && { engine: used }),
    ...(pull !== undefined && { pull }),
    ...(localBuckets !== undefined && { localBuckets }),
    ...(stopGraceSeconds !== undefined && { stopGraceSeconds }),
  };
}

function sizeOf({ ResourceConfig: resources }: TrainingJobRequest): Pick<Ticket, 'instanceType' | 'instanceCount'> {
  const groups = resources?.InstanceGroups;
  const { InstanceType: type = '', InstanceCount: count = 1 } = resources ?? {};
  return {
    instanceType: groups?.[0]?.InstanceType ?? type,
    instanceCount: groups?.reduce((sum, group) => sum + group.InstanceCount, 0) ?? count,
  };
}

const END_POLL_MS = 20;

// Those that sleep become a Node each.
const MOST_WOKEN = 8;

function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // A job may have ended by itself meanwhile.
  }
}
