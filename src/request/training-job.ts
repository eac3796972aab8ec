import { RUNTIME_SECONDS } from '../contract/limits.ts';
import { checkChannels } from './channel-rules.ts';
import type { Operation } from './check-request.ts';
import { violation } from './check-shape.ts';
import shapes from './create-training-job.json' with { type: 'json' };
import { isLocalPath } from './local-values.ts';
import { type Problem, repeatedNames } from './problem.ts';
import type { TrainingJobRequest } from './request.ts';
import { type Shape, shapeNamed } from './shapes.ts';

/**
 * CreateTrainingJob: what its requests contain, and the further rules of the platform (contract sections 7 and 12).
 */
export const CREATE_TRAINING_JOB: Operation<TrainingJobRequest> = {
  operation: 'CreateTrainingJob',
  requestShape: 'CreateTrainingJobRequest',
  shapes: shapes as Readonly<Record<string, Shape>>,
  rules: [checkAlgorithm, checkResources, checkWarmPool, checkStopping, checkChannels],
};

function checkAlgorithm(request: TrainingJobRequest, isLocal: boolean): readonly Problem[] {
  if (request.ServerlessJobConfig !== undefined) {
    const message = 'a serverless job has no image to run here';
    return [{ path: 'ServerlessJobConfig', message, fix: 'Give AlgorithmSpecification and ResourceConfig instead.' }];
  }
  const algorithm = request.AlgorithmSpecification;
  if (algorithm === undefined) return [violation('null', 'AlgorithmSpecification', 'Member must not be null')];
  const path = 'AlgorithmSpecification';
  const { TrainingImage: image, AlgorithmName: name } = algorithm;
  const problems: Problem[] = [];
  if (image !== undefined && name !== undefined) {
    problems.push({
      path,
      message: 'TrainingImage and AlgorithmName exclude each other',
      fix: 'Leave one of them out.',
    });
  }
  if (name !== undefined && isLocal) {
    const message = 'an algorithm resource exists on the platform only';
    problems.push({ path: `${path}.AlgorithmName`, message, fix: 'Give its image as TrainingImage.' });
  }
  if (image === undefined && name === undefined) {
    problems.push({ path, message: 'one of TrainingImage and AlgorithmName is needed', fix: 'Give TrainingImage.' });
  }
  if (image !== undefined && !isLocal && isLocalPath(image))
    problems.push(localPathProblem(`${path}.TrainingImage`, image));
  const names = (algorithm.MetricDefinitions ?? []).map(({ Name }) => Name);
  problems.push(...repeatedNames(names, (index) => `${path}.MetricDefinitions[${index}].Name`, 'metric'));
  return problems;
}

function checkResources(request: TrainingJobRequest, isLocal: boolean): readonly Problem[] {
  const path = 'ResourceConfig';
  const resources = request.ResourceConfig;
  if (resources === undefined) return [violation('null', path, 'Member must not be null')];
  const { InstanceType: type, InstanceCount: count, InstanceGroups: groups, VolumeSizeInGB: volume } = resources;
  const problems: Problem[] = [];
  if (groups !== undefined && (type !== undefined || count !== undefined)) {
    const message = 'InstanceGroups and InstanceType with InstanceCount exclude each other';
    problems.push({ path, message, fix: 'Leave one of them out.' });
  }
  if (groups === undefined) {
    if (type === undefined) problems.push(violation('null', `${path}.InstanceType`, 'Member must not be null'));
    if (count === undefined) problems.push(violation('null', `${path}.InstanceCount`, 'Member must not be null'));
  }
  const hosts = (groups ?? [{ InstanceCount: count ?? 1 }]).reduce((sum, group) => sum + group.InstanceCount, 0);
  if (hosts === 0) {
    const where = groups === undefined ? `${path}.InstanceCount` : `${path}.InstanceGroups`;
    problems.push(violation('0', where, 'Member must have value greater than or equal to 1'));
  }
  if (volume === undefined && !isLocal) {
    problems.push(violation('null', `${path}.VolumeSizeInGB`, 'Member must not be null'));
  }
  const names = (groups ?? []).map(({ InstanceGroupName }) => InstanceGroupName);
  problems.push(
    ...repeatedNames(names, (index) => `${path}.InstanceGroups[${index}].InstanceGroupName`, 'instance group'),
  );
  return problems;
}

/** What the platform demands of a job that keeps its instances. They are no instances of this machine's. */
export function checkWarmPool({
  ResourceConfig: resources,
  EnableManagedSpotTraining: isSpot,
}: TrainingJobRequest): readonly Problem[] {
  const keepsWarm = (resources?.KeepAlivePeriodInSeconds ?? 0) > 0;
  if (!keepsWarm || (isSpot !== true && resources?.InstanceGroups === undefined)) return [];
  const message = 'a warm pool goes neither with spot training nor with instance groups';
  return [{ path: 'ResourceConfig.KeepAlivePeriodInSeconds', message, fix: 'Leave it out.' }];
}

function checkStopping(request: TrainingJobRequest): readonly Problem[] {
  const path = 'StoppingCondition';
  const condition = request.StoppingCondition;
  const isSpot = request.EnableManagedSpotTraining === true;
  if (condition === undefined) return [violation('null', path, 'Member must not be null')];
  const { MaxRuntimeInSeconds: runtime = RUNTIME_SECONDS.default, MaxWaitTimeInSeconds: wait } = condition;
  const problems: Problem[] = [];
  if (runtime > RUNTIME_SECONDS.max) {
    const demand = `Member must have value less than or equal to ${RUNTIME_SECONDS.max}`;
    problems.push(violation(String(runtime), `${path}.MaxRuntimeInSeconds`, demand));
  }
  const waitPath = `${path}.MaxWaitTimeInSeconds`;
  if (isSpot && wait === undefined) {
    const fix = `EnableManagedSpotTraining needs MaxWaitTimeInSeconds: give at least ${runtime}.`;
    problems.push({ ...violation('null', waitPath, 'Member must not be null'), fix });
  }
  if (isSpot && wait !== undefined && wait < runtime) {
    const message = `MaxWaitTimeInSeconds (${wait}) is less than MaxRuntimeInSeconds (${runtime})`;
    problems.push({ path: waitPath, message, fix: `Give at least ${runtime}.` });
  }
  if (!isSpot && wait !== undefined) {
    const message = 'MaxWaitTimeInSeconds is for managed spot training only';
    problems.push({ path: waitPath, message, fix: 'Leave it out, or set EnableManagedSpotTraining.' });
  }
  return problems;
}

function localPathProblem(path: string, value: string): Problem {
  return {
    path,
    message: `"${value}" lies on this machine, where the platform cannot reach it`,
    fix: 'Give an image.',
  };
}

/** How many hyperparameters a request may have. */
export const MOST_HYPERPARAMETERS = shapeNamed(CREATE_TRAINING_JOB, 'HyperParameters').max ?? 0;
