import type { ScriptEnvironment } from '../training/script-environment.ts';
import type { ChannelDeclarations, TrainingChannel } from './channel.ts';
import type { Hyperparameters } from './hyperparameter.ts';
import type { MetricDeclarations } from './metric.ts';
import type { ValuesOf } from './values.ts';

/** The channels of a job: undefined where the declaration does not require one. */
export type ChannelsOf<C extends ChannelDeclarations> = {
  readonly [Name in keyof C]: C[Name] extends { readonly required: true }
    ? TrainingChannel
    : TrainingChannel | undefined;
};

/** Lines of the job's log: information and warnings to standard output, errors to standard error. */
export interface AlgorithmLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** What a training function gets. */
export interface TrainingContext<
  H extends Hyperparameters = Hyperparameters,
  C extends ChannelDeclarations = ChannelDeclarations,
  M extends MetricDeclarations = MetricDeclarations,
> {
  /** All checked, with defaults. */
  readonly hyperparameters: ValuesOf<H>;
  readonly channels: ChannelsOf<C>;
  /** All hosts of the job, in the order of the resource configuration. */
  readonly hosts: readonly string[];
  readonly currentHost: string;
  /** This host's position among the hosts, sorted by name, from 0. */
  readonly rank: number;
  /** Becomes `model.tar.gz`. Absolute; exists. */
  readonly modelDir: string;
  /** Kept in S3 while training runs, and restored at the start. Absolute; exists. */
  readonly checkpointDir: string;
  /** Becomes `output.tar.gz`. Absolute; exists. */
  readonly outputDataDir: string;
  /** Everything else about the job. */
  readonly environment: ScriptEnvironment;
  /** Aborted when the platform stops the job: save a checkpoint and return. */
  readonly signal: AbortSignal;
  /** Prints the line of a declared metric. */
  reportMetric(
    name: keyof M & string,
    value: number | bigint,
    details?: Readonly<Record<string, string | number>>,
  ): void;
  readonly log: AlgorithmLog;
}
