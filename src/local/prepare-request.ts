import { MOST_LOCAL_HOSTS } from '../contract/limits.ts';
import { checkMetricDefinitions } from '../jobs/metrics/definitions.ts';
import { joinAnswerMembers } from '../request/answer-members.ts';
import { checkRequest } from '../request/check-request.ts';
import type { Scalars } from '../request/check-shape.ts';
import { checkSource, resolveLocalPaths } from '../request/local-paths.ts';
import type { Problem } from '../request/problem.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import { requestError } from '../request/request-error.ts';
import { CREATE_TRAINING_JOB } from '../request/training-job.ts';
import { explainLocalTypes } from '../staging/instance-types.ts';

/** Where a request comes from, and by which rules it is checked. */
export interface RequestOrigin {
  /** What messages call it: a file, or the flags. */
  readonly where: string;
  /** Places on this machine count from here. Absolute. */
  readonly baseDir: string;
  /** Whether only what the platform itself takes is taken. */
  readonly isAsPlatform: boolean;
  /** How the file writes its numbers and booleans: messages quote them so. */
  readonly scalars?: Scalars | undefined;
  /** The option of the command that has set the member at a path, for messages. */
  readonly optionAt?: (path: string) => string | undefined;
}

/**
 * The request, checked, its places on this machine as absolute paths.
 *
 * @throws OptmlError REQUEST_INVALID with all that is wrong.
 */
export function prepareRequest(value: unknown, origin: RequestOrigin): TrainingJobRequest {
  const { where, baseDir, isAsPlatform, scalars, optionAt } = origin;
  const { request, problems } = checkRequest(CREATE_TRAINING_JOB, value, !isAsPlatform, scalars);
  if (request === undefined) {
    throw requestError(explainLocalTypes(joinAnswerMembers(value, problems)), where, optionAt);
  }
  const resolved = resolveLocalPaths(request, baseDir);
  const more = [
    ...resolved.problems,
    ...(isAsPlatform ? [] : checkSource(request)),
    ...checkHostCount(request),
    ...checkMetricDefinitions(request.AlgorithmSpecification?.MetricDefinitions ?? []),
  ];
  if (more.length > 0) throw requestError(more, where, optionAt);
  return resolved.request;
}

function checkHostCount({ ResourceConfig: resources }: TrainingJobRequest): readonly Problem[] {
  const groups = resources?.InstanceGroups ?? [{ InstanceCount: resources?.InstanceCount ?? 1 }];
  const hosts = groups.reduce((sum, group) => sum + group.InstanceCount, 0);
  if (hosts <= MOST_LOCAL_HOSTS) return [];
  const message = `this machine can run at most ${MOST_LOCAL_HOSTS} hosts, got ${hosts}`;
  return [{ path: 'ResourceConfig', message, fix: 'Ask for fewer instances.' }];
}
