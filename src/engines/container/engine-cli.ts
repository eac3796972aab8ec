import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { type HelperEnd, runHelper } from '../../process/helper/helper-program.ts';
import type { EngineName } from '../engine-names.ts';

/** How a container engine's command line is called. */
export interface EngineCli {
  readonly name: EngineName;
  /** The program and options that belong before every command, such as `--host` with a rootless daemon's socket. */
  readonly command: readonly string[];
  /** Whole environment of the command line. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
}

/** How a command ended. Its standard error names the limit that it broke, if it did. */
export type CliResult = HelperEnd;

/** How a command is run. */
export interface CliOptions {
  /** Kills the command. */
  readonly signal?: AbortSignal | undefined;
  /** Receives every line of both streams as it arrives; of the output only the end is kept then. */
  readonly onLine?: (line: string) => void;
  /** {@link LIMITS_MS}.answer by default. */
  readonly limitMs?: number | undefined;
  /** Kills the command when it prints nothing for this time. */
  readonly silentMs?: number | undefined;
}

/** How long commands of an engine may take. On a busy machine each takes seconds. */
export const LIMITS_MS = {
  /** Those that only ask or change a record. */
  answer: 30_000,
  /** A signal for a container; it is sent again. */
  signal: 10_000,
  /** A removal, and for each container more than the first. */
  removal: 20_000,
  furtherRemoval: 2000,
  /** A removal by an engine that does not answer, or after the user has asked for an immediate end. */
  lastTry: 5000,
  /** A list of all files that a container has changed, or an owner for its files. */
  files: 15 * 60_000,
  /** A pull, a build, and the export of an image: these are ended by Ctrl-C long before. */
  image: 6 * 60 * 60_000,
  /** A pull or build that prints nothing. A large layer takes minutes. */
  silence: 15 * 60_000,
} as const;

/** Runs a command of the engine to its end or its limit, without a shell. Never rejects. */
export async function runCli(
  cli: EngineCli,
  args: readonly string[],
  { signal, onLine, silentMs, limitMs = LIMITS_MS.answer }: CliOptions = {},
): Promise<CliResult> {
  const [file = cli.name, ...first] = cli.command;
  const command = { file, args: [...first, ...args], variables: cli.variables };
  const result = await runHelper(command, { limitMs, silentMs, signal, onLine });
  if (result.killed === undefined || result.killed === 'signal') return result;
  const problem =
    result.killed === 'limit'
      ? `${cli.name} ${args[0]} did not end in time: it had ${Math.min(limitMs, silentMs ?? limitMs) / 1000} s`
      : `${cli.name} ${args[0]} printed more than an answer has`;
  return { ...result, stdout: '', stderr: `${result.stderr}\n${problem}`.trim() };
}

/** A signal that comes `ms` after another: what is done last may still succeed. Undefined without the other. */
export function signalAfter(signal: AbortSignal | undefined, ms: number): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  const later = new AbortController();
  const start = () => setTimeout(() => later.abort(), ms).unref();
  if (signal.aborted) start();
  else signal.addEventListener('abort', start, { once: true });
  return later.signal;
}

/** A command that streams for as long as it runs: a container that is attached, or the export of an image. */
export interface StreamCommand {
  readonly args: readonly string[];
  readonly variables?: Readonly<NodeJS.ProcessEnv>;
  readonly cwd?: string;
  readonly stdio: StdioOptions;
}

/** Starts a command of the engine in a process group of its own. The caller limits its time and its output. */
export function startCli(cli: EngineCli, { args, variables, cwd, stdio }: StreamCommand): ChildProcess {
  const [file = cli.name, ...first] = cli.command;
  return spawn(file, [...first, ...args], {
    env: { ...cli.variables, ...variables },
    ...(cwd !== undefined && { cwd }),
    stdio,
    // Ctrl-C in the terminal is ours to answer: the command line would pass it on, or leave the container alone.
    detached: true,
  });
}
