import { type ChildProcess, spawn } from 'node:child_process';
import { sleep, within } from '../../concurrency/clock.ts';
import { LineSplitter } from '../../text/line-splitter.ts';
import { signalGroup } from '../family.ts';

/** A program that answers and ends: an engine's command line, `nvidia-smi`, `mount`. */
export interface HelperCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment; that of this process by default. */
  readonly variables?: Readonly<NodeJS.ProcessEnv> | undefined;
  readonly cwd?: string | undefined;
}

/** What keeps a helper program within bounds. */
export interface HelperLimits {
  /** The program is killed after this time. */
  readonly limitMs: number;
  /** The program is killed when it prints nothing for this time. */
  readonly silentMs?: number | undefined;
  /** Most bytes of its standard output that are kept; a program that writes more is killed. */
  readonly mostBytes?: number;
  /** Kills the program. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Receives each line of both streams as it arrives, in pieces where it is long. Of the output only the end is kept then,
   * and it may be of any length.
   */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** How a helper program ended. */
export interface HelperEnd {
  /** 127 where the program could not be started; 137 where it was killed. */
  readonly code: number;
  readonly stdout: string;
  /** The last output on standard error. */
  readonly stderr: string;
  /** Why it was killed: it hung, wrote too much, or the signal came. */
  readonly killed?: 'limit' | 'output' | 'signal';
}

const MOST_BYTES = 8 * 1024 * 1024;
const KEPT_ERROR_BYTES = 64 * 1024;
const LONGEST_LINE_BYTES = 8 * 1024;
// Once it has ended, its output is there. Another process may hold the pipes open.
const DRAIN_MS = 2000;
// A process that the kernel does not end, such as one that waits for a dead disk, is not waited for.
const KILL_MS = 1000;
const KILLED = 137;
/** The code of a program that could not be started. */
export const NOT_FOUND = 127;

/**
 * Runs a helper program to its end, without a shell, in a process group of its own: Ctrl-C in the terminal is handled by
 * this process. Always resolves soon after the limit or the signal, whatever the program does. Never rejects.
 */
export async function runHelper(command: HelperCommand, limits: HelperLimits): Promise<HelperEnd> {
  const { file, args, variables, cwd } = command;
  const { limitMs, silentMs, mostBytes = MOST_BYTES, signal, onLine } = limits;
  if (signal?.aborted) return { code: KILLED, stdout: '', stderr: '', killed: 'signal' };
  const child = spawn(file, args, { env: variables, cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let killed: HelperEnd['killed'];
  let onKilled: () => void = () => undefined;
  const killing = new Promise<void>((resolve) => {
    onKilled = resolve;
  });
  const kill = (why: NonNullable<HelperEnd['killed']>) => {
    killed ??= why;
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
    onKilled();
  };
  const onAbort = () => kill('signal');
  const timer = setTimeout(() => kill('limit'), limitMs);
  const silence = silentMs === undefined ? undefined : setTimeout(() => kill('limit'), silentMs);
  for (const stream of [child.stdout, child.stderr]) stream.on('data', () => silence?.refresh());
  signal?.addEventListener('abort', onAbort, { once: true });
  const stdout = keepOutput(child.stdout, onLine === undefined ? mostBytes : KEPT_ERROR_BYTES, onLine);
  const stderr = keepOutput(child.stderr, KEPT_ERROR_BYTES, onLine);
  stdout.onOverflow(() => onLine === undefined && kill('output'));
  const code = await endOf(child, killing);
  clearTimeout(timer);
  clearTimeout(silence);
  signal?.removeEventListener('abort', onAbort);
  // There are none if this process could have no further descriptor.
  for (const stream of [child.stdout, child.stderr] as const) stream?.destroy();
  child.unref();
  const ended = { stdout: stdout.text(), stderr: typeof code === 'string' ? code : stderr.text() };
  if (killed !== undefined) return { code: KILLED, ...ended, killed };
  return { code: typeof code === 'string' ? NOT_FOUND : code, ...ended };
}

/** The exit code, once the output has ended too or is not expected to; or why the program could not be started. */
async function endOf(child: ChildProcess, killing: Promise<void>): Promise<number | string> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const exited = new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code) => resolve(code ?? KILLED));
  });
  const givenUp = killing.then(() => sleep(KILL_MS)).then(() => KILLED);
  const code = await Promise.race([exited, givenUp]);
  if (typeof code === 'number') await Promise.race([within(closed, DRAIN_MS), givenUp]);
  return code;
}

interface KeptOutput {
  readonly text: () => string;
  readonly onOverflow: (listener: () => void) => void;
}

/** Keeps the last `most` bytes of a stream. */
function keepOutput(
  source: NonNullable<ChildProcess['stdout']> | null,
  most: number,
  onLine: HelperLimits['onLine'],
): KeptOutput {
  const chunks: Buffer[] = [];
  let size = 0;
  let overflow: () => void = () => undefined;
  const lines = new LineSplitter({ longestBytes: LONGEST_LINE_BYTES, splitsAtReturn: true });
  const show = (pieces: Buffer) => {
    for (const line of pieces.toString('utf8').split(/[\r\n]+/)) if (line !== '') onLine?.(line);
  };
  source?.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    for (let first = chunks[0]; first !== undefined && size - first.length >= most; first = chunks[0]) {
      size -= first.length;
      chunks.shift();
    }
    if (size > most) overflow();
    if (onLine !== undefined) for (const piece of lines.push(chunk)) show(piece);
  });
  source?.on('error', () => undefined);
  source?.once('end', () => {
    const rest = onLine === undefined ? undefined : lines.end();
    if (rest !== undefined) show(rest);
  });
  return {
    text: () => Buffer.concat(chunks).subarray(-most).toString('utf8'),
    onOverflow: (listener) => {
      overflow = listener;
    },
  };
}
