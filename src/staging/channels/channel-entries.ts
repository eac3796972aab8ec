import type { PlannedChannel } from './planned-channel.ts';

/** A channel in `inputdataconfig.json`. */
export interface InputDataConfigEntry {
  readonly TrainingInputMode: 'File' | 'Pipe';
  readonly S3DistributionType: 'FullyReplicated' | 'ShardedByS3Key';
  readonly RecordWrapperType: 'None' | 'RecordIO';
  readonly ContentType?: string;
}

/** `inputdataconfig.json` of a host (contract C11): only what it has. FastFile is written as File. */
export function inputDataConfigOf(
  host: string,
  channels: readonly PlannedChannel[],
): Readonly<Record<string, InputDataConfigEntry>> {
  const entries = channels
    .filter(({ hosts }) => hosts.includes(host))
    .map((channel): [string, InputDataConfigEntry] => [
      channel.name,
      {
        TrainingInputMode: channel.mode === 'Pipe' ? 'Pipe' : 'File',
        S3DistributionType: channel.isSharded ? 'ShardedByS3Key' : 'FullyReplicated',
        RecordWrapperType: channel.isRecordIo ? 'RecordIO' : 'None',
        ...(channel.contentType !== undefined && { ContentType: channel.contentType }),
      },
    ]);
  return Object.fromEntries(entries);
}
