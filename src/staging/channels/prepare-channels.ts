import { withResolvers } from '../../concurrency/with-resolvers.ts';
import type { Mount } from '../../engines/engine.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import type { PlannedHost } from '../host-plan.ts';
import { assignedItems } from './assignment.ts';
import type { ChannelContext } from './channel-context.ts';
import { type InputDataConfigEntry, inputDataConfigOf } from './channel-entries.ts';
import { type FileData, findFileData, prepareFileChannel } from './file/file-channel.ts';
import { warnOfLinks } from './file/links-out.ts';
import { openInputData, writeObjectList } from './objects/object-list.ts';
import { selectObjects } from './objects/select-objects.ts';
import { openSources, type Sources } from './objects/sources.ts';
import { openAugmentedManifest } from './pipe/augmented-manifest.ts';
import { makeFifos } from './pipe/fifo.ts';
import { PipeChannel } from './pipe/pipe-channel.ts';
import { objectsSource, type PipeSource } from './pipe/pipe-source.ts';
import { cannotRead, type PlannedChannel, planChannels } from './planned-channel.ts';

/** What one host gets of the channels. */
export interface HostChannels {
  readonly mounts: readonly Mount[];
  /** Content of `inputdataconfig.json` (contract C11). */
  readonly inputDataConfig: Readonly<Record<string, InputDataConfigEntry>>;
}

/** The channels of a job, ready for its hosts. */
export interface PreparedChannels {
  /** By the host's name; every host has an entry. */
  readonly hosts: ReadonlyMap<string, HostChannels>;
  /**
   * Resolves when the data of a Pipe channel cannot be delivered: with an OptmlError, or with a defect. Its reader then
   * waits, since an end would look like that of the data: end the job. Stays pending when all goes well.
   */
  readonly failed: Promise<unknown>;
  /**
   * Lists the objects, makes the FIFOs and waits for readers; before the hosts of an attempt are started. Looks for links that lead out of folders meanwhile.
   *
   * @throws OptmlError START_FAILED without `mkfifo`, DISK_WRITE_FAILED where no FIFO can be made.
   */
  start(): Promise<void>;
  /**
   * Ends all writing and removes the FIFOs; a new start, after an interruption, begins with epoch 0. Not before a start has
   * ended. Never throws.
   */
  close(): Promise<void>;
}

/** A channel and what it is made of. */
type ChannelData = { readonly channel: PlannedChannel } & ({ readonly file: FileData } | { readonly pipe: PipeSource });

/**
 * Brings the channels of a checked request to its hosts (contract C40 to C46). Everything is looked at before anything is
 * downloaded. Places in the request are absolute paths, `file://` or `s3://` URIs.
 *
 * @throws OptmlError CHANNEL_INVALID for data that is not there or does not do; DISK_WRITE_FAILED; those of the storage.
 */
export async function prepareChannels(
  request: TrainingJobRequest,
  hosts: readonly PlannedHost[],
  context: ChannelContext,
): Promise<PreparedChannels> {
  const channels = planChannels(request, hosts);
  const sources = openSources(context);
  const all = await findAll(channels, sources);
  const mounts = new Map<string, Mount[]>(hosts.map(({ name }) => [name, []]));
  const pipes: PipeChannel[] = [];
  const { promise: failed, resolve: onFailed } = withResolvers<unknown>();
  for (const data of all) {
    if ('pipe' in data) {
      pipes.push(...feedHosts(data.channel, data.pipe, { sources, context, onFailed }));
      continue;
    }
    const added = await prepareFileChannel(data.channel, data.file, { sources, context });
    for (const [host, more] of added) mounts.get(host)?.push(...more);
  }
  let end = new AbortController();
  let links: Promise<void> | undefined;
  return {
    hosts: new Map(
      hosts.map(({ name }) => [
        name,
        {
          mounts: mounts.get(name) ?? [],
          inputDataConfig: inputDataConfigOf(name, channels, context.isFastFileNamed ?? false),
        },
      ]),
    ),
    failed,
    start: async () => {
      end = new AbortController();
      // An attempt finds nothing of those before it.
      for (const { channel, file } of filesOf(all)) writeObjectList(channel, file.objects, context.hostDirs);
      await makeFifos(pipes.flatMap((pipe) => pipe.open()));
      for (const pipe of pipes) pipe.start();
      links ??= warnOfLinks(foldersOf(all), context.warn, end.signal);
    },
    close: async () => {
      end.abort();
      await Promise.all([links, ...pipes.map((pipe) => pipe.close())]);
    },
  };
}

async function findAll(channels: readonly PlannedChannel[], sources: Sources): Promise<readonly ChannelData[]> {
  const found = await Promise.allSettled(
    channels.map((channel) =>
      findData(channel, sources).catch((error: unknown) => {
        throw cannotRead(channel, error);
      }),
    ),
  );
  return found.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

async function findData(channel: PlannedChannel, sources: Sources): Promise<ChannelData> {
  if (channel.mode !== 'Pipe') return { channel, file: await findFileData(channel, sources) };
  if (channel.dataType === 'AugmentedManifestFile') {
    return { channel, pipe: await openAugmentedManifest(channel, sources) };
  }
  return { channel, pipe: objectsSource(await selectObjects(channel, sources)) };
}

interface Feeding {
  readonly sources: Sources;
  readonly context: ChannelContext;
  readonly onFailed: (error: unknown) => void;
}

function feedHosts(
  channel: PlannedChannel,
  source: PipeSource,
  { sources, context, onFailed }: Feeding,
): readonly PipeChannel[] {
  return channel.hosts.map((host, index) => {
    const assignment = channel.isSharded ? { hosts: channel.hosts.length, host: index } : { hosts: 1, host: 0 };
    return new PipeChannel({
      name: `${channel.name}_`,
      openFolder: () => openInputData(context.hostDirs, host),
      content: (epoch, signal) =>
        source.read(assignedItems({ count: source.count, ...assignment, seed: channel.shuffleSeed, epoch }), {
          channel,
          sources: { ...sources, signal },
          spool: sources.folder(channel, `spool-${host}`),
        }),
      onFailed,
    });
  });
}

function filesOf(all: readonly ChannelData[]) {
  return all.flatMap((data) =>
    'file' in data && 'objects' in data.file ? [{ channel: data.channel, file: data.file }] : [],
  );
}

/** Folders of the user's that hosts see as they are. */
function foldersOf(all: readonly ChannelData[]): ReadonlyMap<string, string> {
  return new Map(
    all.flatMap((data) =>
      'file' in data && data.file.kind === 'folder' ? [[data.channel.name, data.file.dir] as const] : [],
    ),
  );
}
