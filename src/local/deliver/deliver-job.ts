import { existsSync, promises } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { readCompression, settingsFromVariables } from '../../contract/settings.ts';
import { OptmlError } from '../../errors/error.ts';
import { partialPath } from '../../files/partial-path.ts';
import { removePath } from '../../job-tree/remove-tree.ts';
import { WORK_NAMES } from '../../jobs/job-folder.ts';
import { isAlive, thisOwner } from '../../jobs/job-owner.ts';
import { type JobStore, ofNewerVersion } from '../../jobs/job-store.ts';
import type { JobRecord } from '../../jobs/record.ts';
import { isOfNewerVersion } from '../../jobs/record-shape.ts';
import { hasEnded } from '../../jobs/status.ts';
import { hasUndelivered } from '../../jobs/undelivered-parts.ts';
import { checkpointStore } from '../../staging/checkpoint-store.ts';
import { checkLocations } from '../../staging/delivery/check-locations.ts';
import { deliverCheckpoints } from '../../staging/delivery/deliver-checkpoints.ts';
import { ownedBySudoUser } from '../../staging/delivery/sudo-owner.ts';
import { undeliveredDir } from '../../staging/delivery/undelivered.ts';
import { planHosts } from '../../staging/host-plan.ts';
import { jobStorage } from '../../staging/job-storage.ts';
import { mlDirsOf } from '../../staging/ml-dirs.ts';
import { collectOutputs } from '../../staging/outputs.ts';
import { type StagedJob, warningLog } from '../../staging/staged-job.ts';
import { cleanUpKilled } from '../clean-up-killed.ts';
import { jobError } from '../job-error.ts';
import { writeJobReport } from '../job-report.ts';
import { lockDelivery } from './delivery-lock.ts';

/** How the artifacts of a job are delivered later. */
export interface DeliverOptions {
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** Another location than that of the request: an absolute path or an S3 URI. */
  readonly location?: string | undefined;
  /** Aborting it gives up; the artifacts stay in the job's folder. */
  readonly signal: AbortSignal;
  readonly warn: (message: string) => void;
  readonly onProgress: (what: string, doneBytes: number, totalBytes: number | undefined) => void;
}

/** A job after the delivery. */
export interface DeliveredJob {
  /** The record with the locations of all artifacts. */
  readonly record: JobRecord;
  /** Where its checkpoints were copied to; undefined if there were none to copy. */
  readonly checkpoints: string | undefined;
}

/**
 * Delivers the artifacts and checkpoints of an ended job that could not be delivered, and removes them from the job's folder
 * afterwards. Does nothing for a job without any.
 *
 * @throws OptmlError USAGE for a job that runs, JOB_NOT_FOUND, JOB_NEWER; PACKAGING_FAILED if they are not in the folder; what
 * collecting outputs and copying checkpoints throws.
 */
export function deliverJob(store: JobStore, name: string, options: DeliverOptions): Promise<DeliveredJob> {
  const owner = { ...options, isOnlyInOwnFolders: true };
  return ownedBySudoUser(dirname(store.jobsDir), owner, () => deliverFrom(store, name, options));
}

async function deliverFrom(store: JobStore, name: string, options: DeliverOptions): Promise<DeliveredJob> {
  const { variables, warn, location } = options;
  const listed = store.read(name);
  if (isOfNewerVersion(listed)) throw ofNewerVersion(name);
  refuseRunning(listed);
  const onPhase = (what: string) => options.onProgress(what, 0, undefined);
  onPhase('Removing the leftovers of killed jobs');
  // What a killed job has trained is still among its work files.
  await cleanUpKilled(store, { variables, warn });
  const record = store.read(name);
  const dir = store.folderOf(name);
  const kept = undeliveredDir(dir);
  if (!existsSync(kept)) {
    if (hasUndelivered(record)) throw missing(record, kept);
    return { record, checkpoints: undefined };
  }
  const { OutputDataConfig: output, CheckpointConfig: checkpointConfig } = record.request;
  const targets = [join(location ?? output.S3OutputPath, name, 'output'), checkpointConfig?.S3Uri ?? '', kept];
  const unlock = await lockDelivery(dir, name, targets);
  const storage = jobStorage(variables, warningLog(warn));
  // If this process is killed, the clean-up after killed jobs removes what it has begun.
  let delivered: JobRecord = { ...record, runner: thisOwner(), leftovers: ['process'] };
  try {
    store.update(name, delivered);
    delivered = { ...delivered, ...(await deliverArtifacts(record, kept, { ...options, openStorage: storage.open })) };
    store.update(name, delivered);
    const checkpoints = await copyCheckpoints(record, kept, { ...options, openStorage: storage.open });
    onPhase('Removing the delivered files');
    // Renamed first: after a crash, another delivery must not find some of them.
    const removed = partialPath(kept);
    await promises.rename(kept, removed);
    delivered = { ...delivered, undelivered: undefined };
    await removePath(removed);
    await writeJobReport(dir, delivered).catch((error: unknown) => {
      warn(`the report cannot be written: ${(error as Error).message}`);
    });
    return { record: delivered, checkpoints };
  } catch (error) {
    options.signal.throwIfAborted();
    throw jobError(error);
  } finally {
    await storage.close();
    await promises.rm(join(kept, WORK_NAMES.upload), { force: true });
    store.update(name, { ...delivered, runner: record.runner, leftovers: [] });
    unlock();
  }
}

type Delivery = DeliverOptions & Pick<StagedJob, 'openStorage'>;

async function deliverArtifacts(
  { request, outputs: recorded }: JobRecord,
  kept: string,
  { variables, location, openStorage, signal, warn, onProgress }: Delivery,
): Promise<Pick<JobRecord, 'ModelArtifacts' | 'outputs'>> {
  const { S3OutputPath, CompressionType = 'GZIP' } = request.OutputDataConfig;
  const target = location ?? S3OutputPath;
  const { CheckpointConfig: _, ...withoutCheckpoints } = request;
  const checked = { ...withoutCheckpoints, OutputDataConfig: { S3OutputPath: target } };
  onProgress('Checking the location', 0, undefined);
  await checkLocations({ request: checked, openStorage, signal });
  onProgress('Collecting the artifacts', 0, undefined);
  const output = join(target, request.TrainingJobName, 'output');
  const { model, others } = await ownedBySudoUser(output, { variables, warn, onProgress }, () =>
    collectOutputs({
      jobName: request.TrainingJobName,
      location: target,
      compressionType: CompressionType,
      compression: readCompression(settingsFromVariables(variables), EXIT_CODES.usage),
      mlDirs: mlDirsOf({ dir: kept, hosts: planHosts(request) }),
      workDir: kept,
      variables,
      openStorage,
      signal,
      warn,
      onProgress,
    }),
  );
  return {
    outputs: others.length === 0 ? recorded : others,
    ...(model !== undefined && { ModelArtifacts: { S3ModelArtifacts: model } }),
  };
}

/** Returns where they are; undefined if there are none to copy. */
async function copyCheckpoints({ request }: JobRecord, kept: string, delivery: Delivery): Promise<string | undefined> {
  const store = checkpointStore({ request, openStorage: delivery.openStorage });
  if (store === undefined) return undefined;
  const mlDirs = mlDirsOf({ dir: kept, hosts: planHosts(request) });
  const location = request.CheckpointConfig?.S3Uri ?? '';
  const areThere = await ownedBySudoUser(location, delivery, () =>
    deliverCheckpoints(store, { ...delivery, workDir: kept, mlDirs }),
  );
  return areThere ? location : undefined;
}

// The run has not ended yet, or its clean-up failed, which a warning has said.
function missing({ TrainingJobName: name, runner }: JobRecord, kept: string): OptmlError {
  return new OptmlError('PACKAGING_FAILED', `the artifacts of the job ${name} are not in its folder`, {
    where: kept,
    fix: isAlive(runner)
      ? `Wait until process ${runner.pid} has ended, and repeat this command.`
      : 'Fix the cause in the warning above, and repeat this command.',
  });
}

function refuseRunning({ TrainingJobName: name, TrainingJobStatus: status }: JobRecord): void {
  if (hasEnded(status)) return;
  throw new OptmlError('USAGE', `the job ${name} is running`, {
    fix: `Wait until it has ended, or stop it: optml stop ${name}.`,
    exitCode: EXIT_CODES.usage,
  });
}
