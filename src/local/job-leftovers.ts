import { isAbsolute, join } from 'node:path';
import { PARTIAL_MARK } from '../contract/paths.ts';
import { cleanKilledJob } from '../engines/clean-killed-job.ts';
import { parseImage } from '../engines/job-image.ts';
import { JobFolder } from '../job-tree/job-folder.ts';
import { removePartials } from '../job-tree/remove-partials.ts';
import { removeEntry, removePath } from '../job-tree/remove-tree.ts';
import { WORK_NAMES } from '../jobs/job-folder.ts';
import { isAlive } from '../jobs/job-owner.ts';
import { OWN_PREFIX } from '../jobs/jobs-dir.ts';
import { makeOwnedFolder } from '../jobs/owned-folder.ts';
import type { JobRecord } from '../jobs/record.ts';
import { undeliveredParts } from '../jobs/undelivered-parts.ts';
import { removeBehind } from '../process/helper/remove-behind.ts';
import { keepUndelivered } from '../staging/delivery/undelivered.ts';
import { endKilledDelivery } from './deliver/delivery-lock.ts';

// What a job needs in its folder while it runs.
const WORK: readonly string[] = Object.values(WORK_NAMES);

/** What the clean-up of a job changes in its record. */
type TidyChanges = Pick<JobRecord, 'leftovers' | 'undelivered' | 'hasUncopiedCheckpoints' | 'notDelivered'>;

/**
 * Removes the work files in the folder `dir` of a job. Its record, logs, metrics and report stay, and so do artifacts and
 * checkpoints that were not delivered. Returns what to change in the record.
 */
export async function tidyJobFolder(record: JobRecord, dir: string): Promise<TidyChanges> {
  const leftOut = new Set(record.notDelivered);
  const onLeftOut = (sentence: string) => void leftOut.add(sentence);
  const kept = await keepUndelivered(dir, record.hosts, undeliveredParts(record), onLeftOut);
  await removeWork(dir);
  const notDelivered = leftOut.size > 0 && { notDelivered: [...leftOut] };
  return { leftovers: [], undelivered: kept, hasUncopiedCheckpoints: undefined, ...notDelivered };
}

/**
 * Takes the folders of the hosts out of the folder of a job whose hosts have not begun, and removes them behind: a copied
 * source may have very many files, and the user waits for the end of the job.
 */
export async function removeHostsBehind(jobsDir: string, dir: string): Promise<void> {
  // If the removal is killed as well, the next run goes on with it.
  const away = makeOwnedFolder(jobsDir, OWN_PREFIX);
  const [from, to] = [JobFolder.open(dir), JobFolder.open(away)];
  try {
    if (from.lstat(WORK_NAMES.hosts) !== undefined) from.moveTo(WORK_NAMES.hosts, to, WORK_NAMES.hosts);
  } finally {
    from.close();
    to.close();
  }
  if (!(await removeBehind(away))) await removePath(away);
}

async function removeWork(dir: string): Promise<void> {
  const folder = JobFolder.open(dir);
  try {
    const names = folder.names().filter((name) => WORK.includes(name) || name.includes(PARTIAL_MARK));
    for (const name of names) await removeEntry(folder, name);
  } finally {
    folder.close();
  }
}

/**
 * Removes what a killed run has left: containers and networks in its engine, its files in the folder `dir` of its job, and
 * what it had begun to write beside artifacts and checkpoints on this machine. `home` is where jobs are recorded. Returns
 * what to change in the record.
 *
 * @throws OptmlError ENGINE_FAILED when the engine does not answer; system errors.
 */
export async function removeLeftovers(
  record: JobRecord,
  dir: string,
  { home, variables }: { readonly home: string; readonly variables: Readonly<NodeJS.ProcessEnv> },
): Promise<Partial<JobRecord>> {
  const image = parseImage(record.image ?? record.request.AlgorithmSpecification?.TrainingImage ?? '');
  const job = { image, hostsDir: join(dir, WORK_NAMES.hosts), home };
  for (const engine of record.leftovers) await cleanKilledJob(engine, job, { variables, isRunning: isAlive });
  const changes = await tidyJobFolder(record, dir);
  const { OutputDataConfig: output, CheckpointConfig: checkpoints } = record.request;
  const targets = [join(output.S3OutputPath, record.TrainingJobName, 'output'), checkpoints?.S3Uri ?? ''];
  for (const target of targets.filter(isAbsolute)) await removePartials(target, record.runner.pid);
  await endKilledDelivery(dir);
  return changes;
}
