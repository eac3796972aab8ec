import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { RESOURCE_DEFAULTS } from '../contract/hosts.ts';
import { DEFAULT_BASE_DIR, type JobPaths, jobPaths } from '../contract/paths.ts';
import { VARIABLES } from '../contract/variables.ts';
import { OptmlError } from '../errors/error.ts';

/** The job's paths, and whether a local job folder was made because there is no base directory. */
export interface BaseDirectory {
  readonly paths: JobPaths;
  readonly isNewLocalJob: boolean;
}

/** The base directory (contract C8): `SAGEMAKER_BASE_DIR`, else `/opt/ml`; undefined where neither exists. Writes nothing. */
export function locateBaseDirectory(variables: Readonly<NodeJS.ProcessEnv>): JobPaths | undefined {
  const given = variables[VARIABLES.baseDir];
  if (given !== undefined && given !== '') return jobPaths(resolve(given));
  return existsSync(DEFAULT_BASE_DIR) ? jobPaths(DEFAULT_BASE_DIR) : undefined;
}

/** The same for those who only look at a job. @throws OptmlError CONFIG_MISSING where neither exists. */
export function requireBaseDirectory(variables: Readonly<NodeJS.ProcessEnv>): JobPaths {
  const paths = locateBaseDirectory(variables);
  if (paths !== undefined) return paths;
  throw new OptmlError('CONFIG_MISSING', 'there is no job here: neither SAGEMAKER_BASE_DIR nor /opt/ml exists', {
    fix: 'Set SAGEMAKER_BASE_DIR to a folder that holds input/config.',
  });
}

/**
 * The base directory, or, where there is none, a new local job folder `~/sagemaker_local/jobs/TIMESTAMP/opt/ml` with the
 * configuration of a job on one host (contract C8).
 */
export function findBaseDirectory(variables: Readonly<NodeJS.ProcessEnv>, now: () => number = Date.now): BaseDirectory {
  const found = locateBaseDirectory(variables);
  if (found !== undefined) return { paths: found, isNewLocalJob: false };
  const home = variables['HOME'] || homedir();
  const paths = jobPaths(join(home, 'sagemaker_local', 'jobs', String(now() / 1000), 'opt', 'ml'));
  makeLocalJob(paths);
  return { paths, isNewLocalJob: true };
}

function makeLocalJob(paths: JobPaths): void {
  try {
    writeLocalJob(paths);
  } catch (error) {
    throw new OptmlError('DISK_WRITE_FAILED', `the local job folder cannot be made: ${(error as Error).message}`, {
      where: paths.baseDir,
      fix: 'Set SAGEMAKER_BASE_DIR to a folder that holds the job, or HOME to one that is writable.',
      cause: error,
    });
  }
}

function writeLocalJob(paths: JobPaths): void {
  for (const dir of [paths.modelDir, paths.inputConfigDir, paths.outputDataDir]) mkdirSync(dir, { recursive: true });
  const host = hostname();
  const group = {
    instance_group_name: RESOURCE_DEFAULTS.instanceGroup,
    instance_type: RESOURCE_DEFAULTS.instanceType,
    hosts: [host],
  };
  // Differs from the reference: it writes the current group under a name that no program reads (C8).
  const resources = {
    current_host: host,
    hosts: [host],
    current_group_name: RESOURCE_DEFAULTS.instanceGroup,
    instance_groups: [group],
  };
  writeFileSync(paths.hyperparametersFile, '{}');
  writeFileSync(paths.inputDataConfigFile, '{}');
  writeFileSync(paths.resourceConfigFile, JSON.stringify(resources));
}
