/**
 * Names in the folder of a job that are there while it runs, and removed afterwards. Record, logs, metrics and report stay.
 */
export const WORK_NAMES = {
  /** One folder for each host, with its `/opt/ml` in it. */
  hosts: 'hosts',
  channels: 'channels',
  /** Files of the engine. */
  engine: 'engine',
  mergedModel: 'merged-model',
  mergedOutput: 'merged-data',
  mergedTensorBoard: 'merged-tensorboard',
  /** Checkpoints on their way to a host. */
  restored: 'restored',
  /** An archive on its way to S3. */
  upload: 'upload.tar.gz',
  /** What a job's process is to do, with the credentials of the endpoint. */
  order: 'order.json',
} as const;

/**
 * Holds, in the folder of a job, the artifacts that could not be delivered: for each host a folder as its `/opt/ml`. No
 * clean-up removes it.
 */
export const UNDELIVERED = 'undelivered';
