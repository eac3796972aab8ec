import { basename, join, normalize } from 'node:path';
import { SOURCE_CHANNELS } from '../../contract/channels.ts';
import { channelPath, DEFAULT_BASE_DIR } from '../../contract/paths.ts';
import type { Mount } from '../../engines/engine.ts';
import { copyTree } from '../../job-tree/copy/copy-tree.ts';
import { JobFolder } from '../../job-tree/job-folder.ts';
import { openBelow } from '../../job-tree/open-below.ts';
import { rawName } from '../../job-tree/raw-name.ts';
import { removeEntry } from '../../job-tree/remove-tree.ts';
import { readText } from '../../job-tree/text-files.ts';
import { WORK_NAMES } from '../../jobs/job-folder.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import type { StagedJob } from '../staged-job.ts';

type Job = Pick<StagedJob, 'request' | 'dir' | 'hosts' | 'signal' | 'warn'>;

// The mode that SageMaker gives to files of channels (contract C9).
const CHANNEL_FILE_MODE = 0o644;

/**
 * A mount of a host's own copy for channels that contain programs. The newer SDK makes its drivers executable in their place
 * (contract C27), and so it does with a shell script of its source. An entry point in a channel is not executable (C3),
 * whatever its mode is on this machine.
 */
export async function withPrograms(mount: Mount, host: string, job: Job): Promise<Mount> {
  const name = channelOf(mount);
  if (name === undefined) return mount;
  const isDrivers = name === SOURCE_CHANNELS.drivers;
  if (isDrivers && host === job.hosts[0]?.name) warnOfLineEnds(mount.source, job);
  if (isDrivers || (name === SOURCE_CHANNELS.code && hasDrivers(job.request))) {
    return { ...(await ownCopy(mount, { host, name }, job)), isReadOnly: false };
  }
  return isEntryPoint(mount.target, job.request) ? ownCopy(mount, { host, name }, job, CHANNEL_FILE_MODE) : mount;
}

function channelOf({ target }: Mount): string | undefined {
  const name = basename(target);
  return target === `${DEFAULT_BASE_DIR}/${channelPath(name)}` ? name : undefined;
}

function hasDrivers({ InputDataConfig: channels = [] }: TrainingJobRequest): boolean {
  return channels.some(({ ChannelName: name }) => name === SOURCE_CHANNELS.drivers);
}

function isEntryPoint(target: string, { AlgorithmSpecification: algorithm }: TrainingJobRequest): boolean {
  return normalize(algorithm?.ContainerEntrypoint?.[0] ?? '').startsWith(`${target}/`);
}

const DRIVERS_SCRIPT = 'sm_train.sh';
const MOST_SCRIPT_BYTES = 1024 * 1024;

// The SDK on Windows has written them so, and bash ends with a message that names other causes.
function warnOfLineEnds(dir: string, { warn }: Pick<Job, 'warn'>): void {
  const folder = JobFolder.openFollowing(dir);
  try {
    const text = readText(folder, rawName(DRIVERS_SCRIPT), MOST_SCRIPT_BYTES);
    if (text?.includes('\r\n') !== true) return;
    warn(
      `channel "${SOURCE_CHANNELS.drivers}": the lines of ${DRIVERS_SCRIPT} end with CR LF, which bash takes for a part of each last word. Save the file with Unix line ends (LF), or update the SageMaker SDK`,
    );
  } catch {
    // The host reports a script that cannot be read.
  } finally {
    folder.close();
  }
}

async function ownCopy(
  mount: Mount,
  { host, name }: { readonly host: string; readonly name: string },
  { dir, signal, warn }: Job,
  fileMode?: number,
): Promise<Mount> {
  const copyName = `channel-${name}`;
  const root = JobFolder.open(dir);
  const folder = openBelow(root, join(WORK_NAMES.hosts, host));
  try {
    // The hosts of an earlier attempt may have changed it.
    await removeEntry(folder, copyName);
    const [from, to] = [JobFolder.openFollowing(mount.source), folder.createFolder(copyName)];
    const options = { signal, warn, isDurable: false, ...(fileMode !== undefined && { fileMode }) };
    await copyTree(from, to, options).finally(() => {
      from.close();
      to.close();
    });
  } finally {
    folder.close();
    root.close();
  }
  return { ...mount, source: join(dir, WORK_NAMES.hosts, host, copyName) };
}
