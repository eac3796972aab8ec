/** What requests contain unless they say otherwise: from the environment, a project file and the SageMaker SDK's configuration. */
export interface Defaults {
  readonly roleArn?: string | undefined;
  /** Where uploads and outputs go; by default `sagemaker-REGION-ACCOUNT`, as in the SageMaker SDK. */
  readonly bucket?: string | undefined;
  readonly prefix?: string | undefined;
  readonly region?: string | undefined;
  readonly subnets?: readonly string[] | undefined;
  readonly securityGroupIds?: readonly string[] | undefined;
  readonly outputKmsKeyId?: string | undefined;
  readonly volumeKmsKeyId?: string | undefined;
  readonly tags?: readonly { readonly Key: string; readonly Value: string }[] | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly enableNetworkIsolation?: boolean | undefined;
  readonly encryptInterContainerTraffic?: boolean | undefined;
  readonly disableProfiler?: boolean | undefined;
}

/** Defaults with the place that each comes from, for messages: `optml.json`, `OPTML_ROLE_ARN`, `/etc/xdg/sagemaker/config.yaml`. */
export interface FoundDefaults {
  readonly defaults: Defaults;
  readonly origins: Readonly<Partial<Record<keyof Defaults, string>>>;
}
