import type { EngineOptions } from '../engines/engine-options.ts';

/** Where an estimator's jobs run, and what it reads of the environment. */
export interface SessionOptions {
  /** By default the AWS SDK's own chain: variables, profile. */
  readonly region?: string | undefined;
  /** A profile of the AWS configuration files. */
  readonly profile?: string | undefined;
  /** The address of all services, such as that of `optml endpoint`. By default that of the environment, else AWS. */
  readonly endpointUrl?: string | undefined;
  /** Where uploads and outputs go. By default `sagemaker-REGION-ACCOUNT`. */
  readonly defaultBucket?: string | undefined;
  /** A prefix in that bucket. */
  readonly defaultBucketPrefix?: string | undefined;
  /** Relative paths count from here. By default the working directory. */
  readonly baseDir?: string | undefined;
  /** The environment: credentials, endpoints, `PATH`, `OPTML_HOME`. By default `process.env`. */
  readonly variables?: Readonly<NodeJS.ProcessEnv> | undefined;
  /** How jobs with the instance type `local` run: engine, images, GPUs. */
  readonly local?: LocalJobOptions | undefined;
}

/** How jobs of this machine run. */
export interface LocalJobOptions extends EngineOptions {
  /** Give the hosts the AWS credentials of the environment. By default not. */
  readonly passCredentials?: boolean | undefined;
  /** From the stop to the kill, in seconds. By default 120. */
  readonly stopGraceSeconds?: number | undefined;
}

/** {@link SessionOptions} with the environment read. */
export interface Session extends SessionOptions {
  readonly baseDir: string;
  readonly variables: Readonly<NodeJS.ProcessEnv>;
}
