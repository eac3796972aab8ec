import type { PlannedChannel } from './planned-channel.ts';

/** A channel in `inputdataconfig.json`. */
export interface InputDataConfigEntry {
  readonly TrainingInputMode: 'File' | 'FastFile' | 'Pipe';
  readonly S3DistributionType: 'FullyReplicated' | 'ShardedByS3Key';
  readonly RecordWrapperType: 'None' | 'RecordIO';
  readonly ContentType?: string;
}

/**
 * `inputdataconfig.json` of a host (contract C11): only what it has. FastFile is written as File, unless `isFastFileNamed` is
 * set.
 */
export function inputDataConfigOf(
  host: string,
  channels: readonly PlannedChannel[],
  isFastFileNamed: boolean,
): Readonly<Record<string, InputDataConfigEntry>> {
  const entries = channels
    .filter(({ hosts }) => hosts.includes(host))
    .map((channel): [string, InputDataConfigEntry] => [
      channel.name,
      {
        TrainingInputMode: channel.mode === 'FastFile' && !isFastFileNamed ? 'File' : channel.mode,
        S3DistributionType: channel.isSharded ? 'ShardedByS3Key' : 'FullyReplicated',
        RecordWrapperType: channel.isRecordIo ? 'RecordIO' : 'None',
        ...(channel.contentType !== undefined && { ContentType: channel.contentType }),
      },
    ]);
  return Object.fromEntries(entries);
}
