import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Channel, ResourceConfig, S3DataSource, TrainingJobRequest } from '../../src/request/request.ts';
import type { ChannelStorage } from '../../src/staging/channels/objects/object-reader.ts';
import { type PreparedChannels, prepareChannels } from '../../src/staging/channels/prepare-channels.ts';
import { planHosts } from '../../src/staging/host-plan.ts';
import { temporaryFolder } from './job.ts';

/** A channel in short: its data source, and whatever else it has. */
export interface ChannelSpec extends Partial<Omit<Channel, 'ChannelName' | 'DataSource'>> {
  readonly source: Partial<S3DataSource> & { readonly S3Uri: string };
}

/** Channels that were prepared, and what was said meanwhile. Closed after the test. */
export interface ChannelTrial {
  readonly prepared: PreparedChannels;
  readonly warnings: readonly string[];
  readonly progress: readonly { readonly doneBytes: number; readonly totalBytes: number | undefined }[];
  /** A host's `input/data` here. */
  dataDir(host?: string): string;
  /** The only mount's source of a host. */
  mounted(host?: string): string;
}

/** Prepares channels by name for hosts that are only planned. */
export async function prepare(
  t: TestContext,
  channels: Readonly<Record<string, ChannelSpec>>,
  options: { resources?: ResourceConfig; storage?: ChannelStorage; workDir?: string } = {},
): Promise<ChannelTrial> {
  const request: TrainingJobRequest = {
    TrainingJobName: 'trial',
    AlgorithmSpecification: { TrainingInputMode: 'File' },
    OutputDataConfig: { S3OutputPath: '/nowhere' },
    ResourceConfig: options.resources ?? { InstanceType: 'local', InstanceCount: 1 },
    InputDataConfig: Object.entries(channels).map(([name, { source, ...rest }]) => ({
      ChannelName: name,
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix', ...source } },
      ...rest,
    })),
  };
  const dir = options.workDir ?? temporaryFolder(t);
  const hosts = planHosts(request);
  const hostDirs = new Map(hosts.map(({ name }) => [name, join(dir, 'hosts', name, 'ml')]));
  for (const hostDir of hostDirs.values()) mkdirSync(hostDir, { recursive: true });
  const warnings: string[] = [];
  const progress: { doneBytes: number; totalBytes: number | undefined }[] = [];
  const prepared = await prepareChannels(request, hosts, {
    workDir: join(dir, 'work'),
    hostDirs,
    openStorage: async () => {
      if (options.storage === undefined) throw new Error('nothing is in S3');
      return options.storage;
    },
    warn: (message) => warnings.push(message),
    signal: new AbortController().signal,
    onProgress: (step) => progress.push(step),
  });
  t.after(() => prepared.close());
  return {
    prepared,
    warnings,
    progress,
    dataDir: (host = 'algo-1') => join(hostDirs.get(host) ?? '', 'input', 'data'),
    mounted: (host = 'algo-1') => {
      const mounts = prepared.hosts.get(host)?.mounts ?? [];
      if (mounts.length !== 1) throw new Error(`${mounts.length} mounts on ${host}`);
      return mounts[0]?.source ?? '';
    },
  };
}

/** Writes files below a fresh folder and returns it. */
export function dataFolder(t: TestContext, files: Readonly<Record<string, string | Buffer>>): string {
  const dir = join(temporaryFolder(t), 'data');
  mkdirSync(dir);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), content);
  }
  return dir;
}
