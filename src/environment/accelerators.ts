import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { FIXED_NEURON_CORES, PROBE_TIMEOUT_SECONDS } from '../contract/accelerators.ts';
import { parseJson } from '../json/parse.ts';
import type { JsonValue } from '../json/value.ts';
import { signalGroup } from '../process/family.ts';
import { findOnPath } from '../process/find-on-path.ts';

/** What the machine has (contract section 4: `SM_NUM_CPUS`, `SM_NUM_GPUS`, `SM_NUM_NEURONS`). */
export interface Accelerators {
  readonly cpus: number;
  readonly gpus: number;
  /** Neuron cores, as Python adds them: a float if one of the counts is. */
  readonly neurons: bigint | number;
}

/** What counting needs from outside. */
export interface ProbeContext {
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly instanceType: string;
  /** Told when a probe had to be abandoned. */
  readonly warn: (message: string) => void;
  readonly timeoutSeconds?: number;
}

/**
 * Counts processors, GPUs and Neuron cores, once a job. A probe runs only when its program is on PATH; one that fails
 * is treated as none, one that hangs is abandoned after some seconds, with a warning.
 */
export async function countAccelerators(context: ProbeContext): Promise<Accelerators> {
  const [gpus, neurons] = await Promise.all([countGpus(context), countNeurons(context)]);
  return { cpus: countCpus(), gpus, neurons };
}

// Differs from the reference: GPUs that the variable hides from the program do not count. Hosts on one machine share them.
async function countGpus(context: ProbeContext): Promise<number> {
  const output = await probe('nvidia-smi', ['--list-gpus'], context);
  const count = output.split('\n').filter((line) => line.startsWith('GPU ')).length;
  const visible = context.variables['CUDA_VISIBLE_DEVICES'];
  return visible === undefined ? count : Math.min(count, visible.split(',').filter((id) => id.trim() !== '').length);
}

async function countNeurons(context: ProbeContext): Promise<bigint | number> {
  if (context.instanceType.includes(FIXED_NEURON_CORES.typeContains)) return BigInt(FIXED_NEURON_CORES.cores);
  const output = await probe('neuron-ls', ['-j'], context);
  if (output === '') return 0n;
  try {
    const devices = parseJson(output);
    if (!Array.isArray(devices)) return 0n;
    const counts = devices.map((device) => (device instanceof Map ? device.get('nc_count') : undefined));
    return counts.reduce<bigint | number>(addCount, 0n);
  } catch {
    // What is not JSON names no device.
    return 0n;
  }
}

// As Python adds: `true` is 1, and integers are exact until a float is among them. Anything else adds nothing.
function addCount(sum: bigint | number, count: JsonValue | undefined): bigint | number {
  if (typeof count === 'boolean') return addCount(sum, BigInt(count));
  if (typeof count === 'bigint' && typeof sum === 'bigint') return sum + count;
  return typeof count === 'bigint' || typeof count === 'number' ? Number(sum) + Number(count) : sum;
}

/** Processors that are online, which is what the reference counts, whatever this process may use of them. */
function countCpus(): number {
  try {
    return countRanges(readFileSync('/sys/devices/system/cpu/online', 'utf8'));
  } catch {
    // No such file outside Linux.
    return cpus().length;
  }
}

// "0-3,6" → 5
function countRanges(text: string): number {
  const ranges = text
    .trim()
    .split(',')
    .map((range) => range.split('-').map(Number));
  return ranges.reduce((sum, [first = 0, last = first]) => sum + last - first + 1, 0);
}

// A line for each accelerator is far less.
const MOST_BYTES = 1_000_000;

/** The probe's standard output, or an empty text when it is missing, fails or hangs. */
async function probe(program: string, args: readonly string[], context: ProbeContext): Promise<string> {
  const file = findOnPath(program, context.variables);
  if (file === undefined) return '';
  const seconds = context.timeoutSeconds ?? PROBE_TIMEOUT_SECONDS;
  return new Promise((resolve) => {
    // A group of its own, so that what the probe started can be ended with it.
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    const chunks: Buffer[] = [];
    let room = MOST_BYTES;
    const timer = setTimeout(() => {
      context.warn(`${file} gave no answer within ${seconds} s: abandoned, counted as none`);
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
      child.stdout?.destroy();
      child.unref();
      resolve('');
    }, seconds * 1000);
    const finish = (output: string) => {
      clearTimeout(timer);
      resolve(output);
    };
    child.stdout?.on('data', (chunk: Buffer) => {
      room -= chunk.length;
      if (room > 0) chunks.push(chunk);
    });
    child.once('error', () => finish(''));
    child.once('close', (code) => finish(code === 0 ? Buffer.concat(chunks).toString('utf8') : ''));
  });
}
