import { type Problem, pathTo } from '../request/problem.ts';
import type { Channel, TrainingJobRequest } from '../request/request.ts';
import type { GivenChannel } from './checks/check-channels.ts';
import { checkJob, type JobRules } from './checks/check-job.ts';
import { describeProblem, type JobProblem } from './checks/job-problem.ts';

/** What is wrong with a CreateTrainingJob request by the rules of its algorithm. */
export function requestProblems(rules: JobRules, request: TrainingJobRequest): readonly Problem[] {
  const channels = request.InputDataConfig ?? [];
  const { problems } = checkJob(rules, {
    hyperparameters: request.HyperParameters ?? {},
    channels: channels.map((channel) => givenChannel(channel, request)),
    hostCount: hostCountOf(request),
  });
  return problems.map((problem) => ({ path: pathOf(problem, channels), message: messageOf(problem) }));
}

function givenChannel(channel: Channel, { AlgorithmSpecification: algorithm }: TrainingJobRequest): GivenChannel {
  return {
    name: channel.ChannelName,
    contentType: channel.ContentType,
    inputMode: channel.InputMode ?? algorithm?.TrainingInputMode,
    compression: channel.CompressionType,
    distribution: channel.DataSource.S3DataSource?.S3DataDistributionType,
    isShuffled: channel.ShuffleConfig !== undefined,
  };
}

function hostCountOf({ ResourceConfig: resources }: TrainingJobRequest): number {
  const groups = resources?.InstanceGroups ?? [{ InstanceCount: resources?.InstanceCount ?? 1 }];
  return groups.reduce((sum, { InstanceCount }) => sum + InstanceCount, 0);
}

// The path of a channel does not name it.
function messageOf(problem: JobProblem): string {
  return problem.kind === 'channel' ? describeProblem(problem) : problem.message;
}

function pathOf({ kind, name, path = '' }: JobProblem, channels: readonly Channel[]): string {
  if (kind === 'job') return 'ResourceConfig';
  if (kind === 'hyperparameter') return name === '' ? 'HyperParameters' : pathTo('HyperParameters', name) + path;
  const index = channels.findIndex(({ ChannelName }) => ChannelName === name);
  return index < 0 ? 'InputDataConfig' : `InputDataConfig[${index}]`;
}
