import { onStop } from '../../training/on-stop.ts';
import { trainingEnvironment } from '../../training/script-environment.ts';
import { plainObject } from '../../training/values.ts';
import type { ContentType, InputMode, TrainingChannel } from '../channel.ts';
import { checkJob, type JobRules } from '../checks/check-job.ts';
import { jobError } from '../client-error.ts';
import type { TrainingContext } from '../context.ts';
import type { MetricDeclarations } from '../metric.ts';
import { metricLine } from '../metric-line.ts';
import { algorithmLog } from './algorithm-log.ts';
import type { InputChannel, JobInput } from './job-input.ts';

/**
 * The context of this process's job.
 *
 * @throws ClientError with every mistake of the job.
 */
export function makeContext(
  rules: JobRules & { readonly metrics: MetricDeclarations },
  input: JobInput,
): TrainingContext {
  const environment = trainingEnvironment();
  const { hyperparameters, channels, problems } = checkJob(rules, {
    hyperparameters: input.hyperparameters,
    channels: input.channels,
    hostCount: environment.hosts.length,
  });
  if (hyperparameters.values === undefined || problems.length > 0) throw jobError(rules.name, problems);
  const { hosts, currentHost, hostRank: rank } = environment;
  const given = input.channels.flatMap((channel) => {
    const contentType = channels.contentTypes.get(channel.name);
    return contentType === undefined ? [] : [[channel.name, trainingChannel(channel, contentType)] as const];
  });
  return {
    hyperparameters: hyperparameters.values as TrainingContext['hyperparameters'],
    channels: Object.freeze(plainObject(given)),
    hosts,
    currentHost,
    rank,
    get modelDir() {
      return environment.modelDir;
    },
    get checkpointDir() {
      return environment.checkpointDir;
    },
    get outputDataDir() {
      return environment.outputDataDir;
    },
    environment,
    signal: stopSignal(),
    reportMetric: (name, value, details = {}) => {
      algorithmLog.info(metricLine(rules.metrics, name, { ...details, value: Number(value), host: currentHost }));
    },
    log: algorithmLog,
  };
}

function trainingChannel(channel: InputChannel, contentType: ContentType): TrainingChannel {
  const { name, dir, inputMode, compression, recordWrapper, distribution, shuffleSeed } = channel;
  return Object.freeze({
    name,
    contentType,
    // The platform writes a FastFile channel as File (contract C11).
    inputMode: (inputMode ?? 'File') as InputMode,
    dir,
    compression: compression === 'Gzip' ? 'Gzip' : 'None',
    recordWrapper: recordWrapper === 'RecordIO' ? 'RecordIO' : 'None',
    distribution: distribution === 'ShardedByS3Key' ? 'ShardedByS3Key' : 'FullyReplicated',
    shuffleSeed,
  });
}

function stopSignal(): AbortSignal {
  const controller = new AbortController();
  onStop(() => controller.abort());
  return controller.signal;
}
