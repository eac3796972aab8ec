import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { signalGroup } from '../../process/family.ts';
import type { EngineName } from '../engine-names.ts';

/** How a container engine's command line is called. */
export interface EngineCli {
  readonly name: EngineName;
  /** The program and options that belong before every command, such as `--host` with a rootless daemon's socket. */
  readonly command: readonly string[];
  /** Whole environment of the command line. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
}

/** How a command ended. */
export interface CliResult {
  /** 127 where the program could not be started; 128 + 9 where it was killed by us. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What may be said about a command. */
export interface CliOptions {
  /** Kills the command. */
  readonly signal?: AbortSignal;
  /** Given every line of both streams as it comes. */
  readonly onLine?: (line: string) => void;
  readonly timeoutMs?: number;
}

/** Runs a command of the engine to its end, without a shell. Never rejects. */
export function runCli(cli: EngineCli, args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const [file = cli.name, ...first] = cli.command;
  return new Promise((resolve) => {
    const texts = { stdout: '', stderr: '' };
    // A group of its own: Ctrl-C in the terminal is answered by us, and reaches no command half way.
    const child = spawn(file, [...first, ...args], {
      env: cli.variables,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    // With what it has started itself: builders are programs of their own.
    const kill = () => {
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
    };
    const timer = options.timeoutMs === undefined ? undefined : setTimeout(kill, options.timeoutMs);
    options.signal?.addEventListener('abort', kill, { once: true });
    if (options.signal?.aborted === true) kill();
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        texts[name] += text;
      });
      if (options.onLine !== undefined) createInterface({ input: child[name] }).on('line', options.onLine);
    }
    const end = (code: number) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', kill);
      resolve({ code, ...texts });
    };
    child.once('error', (error) => {
      texts.stderr += error.message;
      end(127);
    });
    child.once('close', (code) => end(code ?? 137));
  });
}

/** The objects that an `inspect` command shows, or undefined where there is no such thing. */
export async function inspectOne(
  cli: EngineCli,
  args: readonly string[],
): Promise<Record<string, unknown> | undefined> {
  const { code, stdout } = await runCli(cli, args);
  return code === 0 ? firstObject(stdout) : undefined;
}

/** The first object of a JSON list, or undefined. */
export function firstObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const first: unknown = Array.isArray(value) ? value[0] : value;
    return typeof first === 'object' && first !== null ? (first as Record<string, unknown>) : undefined;
  } catch {
    // No JSON: the engine has said something else, which is no answer.
    return undefined;
  }
}
