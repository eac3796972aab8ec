/** Variables with defaults for requests to SageMaker: those of `optml submit` and of the Estimator. Lists are separated by commas. */
export const DEFAULT_VARIABLES = {
  roleArn: 'OPTML_ROLE_ARN',
  bucket: 'OPTML_BUCKET',
  prefix: 'OPTML_PREFIX',
  subnets: 'OPTML_SUBNETS',
  securityGroupIds: 'OPTML_SECURITY_GROUP_IDS',
  outputKmsKeyId: 'OPTML_OUTPUT_KMS_KEY_ID',
  volumeKmsKeyId: 'OPTML_VOLUME_KMS_KEY_ID',
  /** `NAME=VALUE,NAME=VALUE`. */
  tags: 'OPTML_TAGS',
} as const;
