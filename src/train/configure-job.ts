import { makeDirectory } from '../artifacts/make-directory.ts';
import { type PackingDecision, whoPacks } from '../artifacts/who-packs.ts';
import type { JobPaths } from '../contract/paths.ts';
import { jobSecrets, mayHaveSecrets } from '../environment/job-secrets.ts';
import { readTrainingJob } from '../environment/read-training-job.ts';
import type { TrainingEnvironment } from '../environment/training-environment.ts';
import { type CollectSecrets, lazyMask } from '../log/lazy-masking.ts';
import { type Log, makeLog } from '../log/log.ts';
import { clearSuccess } from '../outcome/marker-files.ts';
import { homeVariables } from '../process/home-variables.ts';
import { type LocatedJob, openLog } from './start-job.ts';

/** A job whose configuration is known. */
export interface ConfiguredJob extends LocatedJob {
  readonly environment: TrainingEnvironment;
  /** Texts that must not be shown: those that `mask` masks. */
  readonly secrets: CollectSecrets;
  readonly packing: PackingDecision;
}

/**
 * Prepares the job's folders, reads the configuration, and opens the log with the settings that the hyperparameters give.
 *
 * @throws OptmlError CONFIG_*, SETTING_INVALID, HYPERPARAMETER_INVALID or DISK_WRITE_FAILED.
 */
export async function configureJob(job: LocatedJob): Promise<ConfiguredJob> {
  const variables = withWritableHome(job.variables, job.log);
  prepareFolders(job.paths);
  const environment = await readTrainingJob(job.paths, variables, job.log.warn);
  const { settings, logLevel } = environment;
  const secrets = jobSecrets(environment, variables);
  const mask = lazyMask(secrets, mayHaveSecrets(environment, variables));
  const log = await openLog({ ...job, mask }, settings.logFormat, Number(logLevel));
  return { ...job, environment, secrets, mask, log, packing: whoPacks(settings.package, variables) };
}

/** The same job, which also masks the secrets that a later step has learned. */
export function withSecrets<Job extends ConfiguredJob>(job: Job, learned: readonly string[]): Job {
  if (learned.length === 0) return job;
  const secrets: CollectSecrets = (masking) => [...learned, ...job.secrets(masking)];
  const mask = lazyMask(secrets, true);
  return { ...job, secrets, mask, log: makeLog(0, (name, message) => job.log[name](mask(message))) };
}

function prepareFolders({ successFile, codeDir }: JobPaths): void {
  clearSuccess(successFile);
  makeDirectory(
    codeDir,
    'the code directory',
    'Mount the base directory writable, or bake the source into the image under /opt/ml/code.',
  );
}

function withWritableHome(variables: Readonly<NodeJS.ProcessEnv>, log: Log): Readonly<NodeJS.ProcessEnv> {
  const changed = homeVariables(variables);
  const list = Object.entries(changed).map(([name, value]) => `${name}=${value}`);
  // The usual case, in which the whole environment need not be copied.
  if (list.length === 0) return variables;
  log.info(`HOME (${variables['HOME'] || 'not set'}) cannot be written to: ${list.join(' ')}`);
  return { ...variables, ...changed };
}
