import { OptmlError } from '../../errors/error.ts';
import { findOnPath } from '../../process/find-on-path.ts';
import type { Watchdog } from '../engine.ts';
import { killUnless } from './shells/set-up-limit.ts';
import { startWatched } from './start-watched.ts';

/** Which GPUs of this machine its hosts use, as `CUDA_VISIBLE_DEVICES` names them. */
export const GPU_VARIABLE = 'CUDA_VISIBLE_DEVICES';

// An index, or `GPU-` and `MIG-` with an id.
const GPU_ID = /^(?:\d+|(?:GPU|MIG)-[\w/-]+)$/;

const PROBE_MS = 10_000;

interface GpuOptions {
  readonly gpus: string | undefined;
  readonly hostCount: number;
  readonly watchdog: Watchdog;
}

/**
 * The GPUs of a job: those of the option `gpus`, else those that the user's own variable names, else all. Undefined where
 * there is nothing to divide or choose: on a machine without GPUs, or for one host without the option.
 *
 * @throws OptmlError SETTING_INVALID for an option that is none.
 */
export async function findGpus(
  variables: Readonly<NodeJS.ProcessEnv>,
  { gpus, hostCount, watchdog }: GpuOptions,
): Promise<readonly string[] | undefined> {
  const own = variables[GPU_VARIABLE];
  if (gpus === undefined && hostCount === 1) return own === undefined ? undefined : listOf(own);
  if (gpus?.startsWith('device=')) return namedGpus(gpus);
  const all = own === undefined ? await allGpus(variables, watchdog) : listOf(own);
  if (gpus === undefined || gpus === 'all') return all.length === 0 ? undefined : all;
  if (/^\d+$/.test(gpus)) return all.slice(0, Number(gpus));
  throw noGpus(gpus);
}

// CUDA itself takes no GPU of a list from the first entry on that it does not understand, or that it has seen before.
function namedGpus(gpus: string): readonly string[] {
  const ids = listOf(gpus.slice('device='.length));
  const areIds = ids.length > 0 && ids.every((id) => GPU_ID.test(id));
  if (!areIds || new Set(ids).size < ids.length) throw noGpus(gpus);
  return ids;
}

function noGpus(gpus: string): OptmlError {
  return new OptmlError('SETTING_INVALID', `"${gpus}" names no GPUs`, {
    where: '--gpus',
    fix: 'Pass all, a number, or device=0,1 with different GPUs.',
  });
}

/** The GPUs of one host: the first hosts get one more where they cannot be divided evenly. */
export function gpusOfHost(gpus: readonly string[], index: number, hostCount: number): readonly string[] {
  const start = (host: number) => host * Math.floor(gpus.length / hostCount) + Math.min(host, gpus.length % hostCount);
  return gpus.slice(start(index), start(index + 1));
}

/** How many GPUs were found where the option asks for more; undefined if there are enough, or none were asked for. */
export function tooFewGpus(gpus: string | undefined, found: readonly string[] | undefined): number | undefined {
  if (gpus === undefined) return undefined;
  const count = found?.length ?? 0;
  return count < (gpus === 'all' ? 1 : Number(/^\d+$/.exec(gpus)?.[0] ?? 0)) ? count : undefined;
}

/** How many GPUs the hosts get, in words; undefined if all get the same number. */
export function unevenGpus(gpus: readonly string[], hostCount: number): string | undefined {
  const more = gpus.length % hostCount;
  if (more === 0) return undefined;
  const each = Math.floor(gpus.length / hostCount);
  const hosts = (count: number) => (count === 1 ? '1 host has' : `${count} hosts have`);
  const of = (count: number) => (count === 0 ? 'no GPU' : count === 1 ? '1 GPU' : `${count} GPUs`);
  return `${hosts(more)} ${of(each + 1)}, and ${hosts(hostCount - more)} ${of(each)}`;
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
}

// A driver that hangs is treated as no GPUs, and so is a program without a driver.
async function allGpus(variables: Readonly<NodeJS.ProcessEnv>, watchdog: Watchdog): Promise<readonly string[]> {
  const program = findOnPath('nvidia-smi', variables);
  if (program === undefined) return [];
  const child = startWatched([program, '--list-gpus'], watchdog);
  child.stderr.resume();
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output = `${output}${text}`.slice(0, 100_000);
  });
  const closed = new Promise((resolve) => child.once('error', resolve).once('close', resolve));
  await killUnless(closed, child, PROBE_MS);
  return output
    .split('\n')
    .filter((line) => line.startsWith('GPU '))
    .map((_, index) => String(index));
}
