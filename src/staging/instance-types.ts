import { LOCAL_INSTANCE_TYPES } from '../contract/hosts.ts';
import { instanceTypeHint } from '../request/instance-type-hint.ts';
import { isLocalInstance } from '../request/local-values.ts';
import type { Problem } from '../request/problem.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import { shapeNamed } from '../request/shapes.ts';
import { CREATE_TRAINING_JOB } from '../request/training-job.ts';

/** A warning for each instance type that our copy of SageMaker's model lacks: it may be newer, or misspelled. `effect`: what it means. */
export function instanceTypeWarnings(
  request: TrainingJobRequest,
  effect = 'It changes nothing on this machine.',
): readonly string[] {
  const known = shapeNamed(CREATE_TRAINING_JOB, 'TrainingInstanceType').enum ?? [];
  return typesOf(request).flatMap((type) => {
    if (isLocalInstance(type) || known.includes(type)) return [];
    const about = `The instance type "${type}" is not in SageMaker's API model of this version of optml. ${effect}`;
    return [[about, instanceTypeHint(type, known) ?? ''].join(' ').trimEnd()];
  });
}

/** Whether a request asks for the GPUs of this machine by the instance type of the SDK's local mode. */
export function asksForGpus(request: TrainingJobRequest): boolean {
  return typesOf(request).includes(LOCAL_INSTANCE_TYPES.withGpus);
}

const LEAVE_OUT = `SageMaker has no such type. To run on this machine, leave out --as-platform; "${LOCAL_INSTANCE_TYPES.withGpus}" stands for "${LOCAL_INSTANCE_TYPES.plain}" with --gpus all.`;

/** Problems of a request for SageMaker, with a fix for instance types of this machine. */
export function explainLocalTypes(problems: readonly Problem[], fix = LEAVE_OUT): readonly Problem[] {
  const isLocalType = ({ path, message }: Problem) =>
    /\bInstanceType$/.test(path) && isLocalInstance(/^Value '(\w+)'/.exec(message)?.[1] ?? '');
  return problems.map((problem) => (isLocalType(problem) ? { ...problem, fix } : problem));
}

function typesOf({ ResourceConfig: resources }: TrainingJobRequest): readonly string[] {
  const groups = resources?.InstanceGroups?.map(({ InstanceType }) => InstanceType) ?? [];
  return [...new Set([resources?.InstanceType, ...groups].filter((type) => type !== undefined))];
}
