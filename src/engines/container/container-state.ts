import { type EngineCli, inspectOne } from './engine-cli.ts';

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

// What Go writes for a time that never was.
const NEVER = '0001-01-01T00:00:00';

/** The state of a container; undefined if there is none of this name, or if someone is removing it. */
export async function inspectContainer(cli: EngineCli, name: string): Promise<ContainerState | undefined> {
  const found = await inspectOne(cli, ['inspect', name]);
  const state = found?.['State'] as Readonly<Record<string, unknown>> | undefined;
  // The exit code of a container that is being removed is that of the kill by its removal.
  if (state === undefined || state['Status'] === 'removing') return undefined;
  const startedAt = state['StartedAt'];
  return {
    // Older versions of nerdctl tell no time.
    isStarted:
      typeof startedAt === 'string' && startedAt !== '' ? !startedAt.startsWith(NEVER) : state['Status'] !== 'created',
    isRunning: state['Running'] === true,
    pid: typeof state['Pid'] === 'number' ? state['Pid'] : 0,
    exitCode: typeof state['ExitCode'] === 'number' ? state['ExitCode'] : 1,
    isOutOfMemory: state['OOMKilled'] === true,
    error: typeof state['Error'] === 'string' ? state['Error'] : '',
  };
}
