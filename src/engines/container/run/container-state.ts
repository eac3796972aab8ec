import { isObject, wholeOf } from '../../../json/read-value.ts';
import type { CliOptions, EngineCli } from '../engine-cli.ts';
import { inspectOne, wrongAnswer } from '../inspect.ts';

/** What the engine knows of a container. */
export interface ContainerState {
  /** Whether its first process has ever run. */
  readonly isStarted: boolean;
  readonly isRunning: boolean;
  /** Of its first process, on the machine of the engine; 0 while there is none. */
  readonly pid: number;
  readonly exitCode: number;
  readonly isOutOfMemory: boolean;
  /** Why it could not be started, in the engine's words; empty where it says nothing. */
  readonly error: string;
}

/** The state of a container; none if the engine has no such container, or why the engine did not say. */
export type AskedState =
  | { readonly state: ContainerState }
  | { readonly state: undefined; readonly problem: string | undefined };

// What Go writes for a time that never was.
const NEVER = '0001-01-01T00:00:00';
const RUNNING = ['running', 'paused', 'restarting', 'stopping'];
const STATUSES = [
  ...RUNNING,
  'created',
  'configured',
  'initialized',
  'exited',
  'stopped',
  'dead',
  'removing',
  'unknown',
];

const readExitCode = wholeOf(0, 255);
const readPid = wholeOf(0, 2 ** 31);

/** Asks the engine for the state of a container; there is none if someone is removing it. Never rejects. */
export async function inspectContainer(cli: EngineCli, name: string, options: CliOptions = {}): Promise<AskedState> {
  const args = ['inspect', name];
  const answer = await inspectOne(cli, args, options);
  if (answer.found === undefined) return { state: undefined, problem: answer.problem };
  const given = answer.found['State'];
  if (!isObject(given)) return { state: undefined, problem: wrongAnswer(cli, args) };
  // The exit code of a container that is being removed is that of the kill by its removal.
  if (given['Status'] === 'removing') return { state: undefined, problem: undefined };
  const state = stateOf(given);
  return state === undefined ? { state, problem: wrongAnswer(cli, args) } : { state };
}

/** Undefined for an answer that does not say whether the container runs, or how it ended. */
function stateOf(given: Readonly<Record<string, unknown>>): ContainerState | undefined {
  const { Status: status, Running: running, StartedAt: startedAt, Pid: pid = 0, Error: error } = given;
  if (status !== undefined && !STATUSES.includes(String(status))) return undefined;
  if (status === undefined && typeof running !== 'boolean') return undefined;
  const isRunning = running === true || RUNNING.includes(String(status));
  const exitCode = readExitCode(given['ExitCode'] ?? (isRunning ? 0 : undefined));
  const knownPid = readPid(pid);
  if (exitCode === undefined || knownPid === undefined) return undefined;
  return {
    // Older versions of nerdctl show no time.
    isStarted: typeof startedAt === 'string' && startedAt !== '' ? !startedAt.startsWith(NEVER) : status !== 'created',
    isRunning,
    pid: knownPid,
    exitCode,
    isOutOfMemory: given['OOMKilled'] === true,
    error: typeof error === 'string' ? error : '',
  };
}
