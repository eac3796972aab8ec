import type { AlgorithmDeclaration } from '../declaration.ts';
import { type CheckedChannels, checkChannels, type GivenChannel } from './check-channels.ts';
import {
  type CheckedHyperparameters,
  checkHyperparameters,
  type GivenHyperparameters,
} from './check-hyperparameters.ts';
import type { JobProblem } from './job-problem.ts';

/** What of a job is checked. */
export interface GivenJob {
  readonly hyperparameters: GivenHyperparameters;
  readonly channels: readonly GivenChannel[];
  readonly hostCount: number;
}

/** The rules by which a job is checked: a declaration, or what is known of one. */
export type JobRules = Pick<AlgorithmDeclaration, 'name' | 'hyperparameters' | 'channels' | 'distributed'> & {
  readonly check?: ((values: never) => readonly string[]) | undefined;
};

/** A job, checked. */
export interface CheckedJob {
  readonly hyperparameters: CheckedHyperparameters;
  readonly channels: CheckedChannels;
  /** All mistakes. */
  readonly problems: readonly JobProblem[];
}

/**
 * Checks a job by the declaration of its algorithm: all mistakes together. Never throws, except for a `check` that does.
 *
 * @example
 * ```ts
 * import { checkJob, describeProblems } from 'optml/algorithm';
 * import { kmeans } from 'optml/algorithms/kmeans';
 *
 * const hyperparameters = { k: '0', feature_dim: '2' };
 * const channels = [{ name: 'train', contentType: 'text/csv' }];
 * const { problems } = checkJob(kmeans, { hyperparameters, channels, hostCount: 1 });
 * console.log(describeProblems(problems));
 * ```
 */
export function checkJob(rules: JobRules, job: GivenJob): CheckedJob {
  const hyperparameters = checkHyperparameters(rules, job.hyperparameters);
  const channels = checkChannels(rules.channels, job.channels);
  const hosts: JobProblem[] =
    job.hostCount > 1 && rules.distributed !== true
      ? [{ kind: 'job', name: '', message: `${rules.name} runs on one host, the job has ${job.hostCount}` }]
      : [];
  return { hyperparameters, channels, problems: [...hyperparameters.problems, ...channels.problems, ...hosts] };
}
