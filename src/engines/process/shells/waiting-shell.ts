import { DEFAULT_BASE_DIR } from '../../../contract/paths.ts';
import type { ComingHost } from '../../engine.ts';
import { withMark, withoutOptMl } from '../host-variables.ts';
import { lackOf } from '../mounts/lacks.ts';
import type { Namespaces } from '../namespaces.ts';
import type { HostShell } from './host-shell.ts';
import type { OutputFifos } from './shell-script.ts';

/** Why the shell of a host could not be started. */
export interface UnstartedShell {
  readonly startError: string;
}

/** A host's shell that waits to be told what to run. */
export interface WaitingShell {
  readonly shell: HostShell;
  /** Undefined where the host has none. */
  readonly namespaces: Namespaces | undefined;
  /** Where it was told to make the pipes for the output. */
  readonly fifos: OutputFifos;
  /** Whether `train` has taken its place, and waits. */
  readonly hasTrain: boolean;
  /** Why the host cannot have `/opt/ml`; undefined where it can. */
  readonly optMlLack: string | undefined;
  /** The whole environment of the host. */
  readonly variables: Readonly<Record<string, string>>;
  /** Those of them that differ from the shell's own. */
  readonly changed: Readonly<Record<string, string>>;
}

/** Whether a host whose shell is up can have `/opt/ml`. */
export function canHaveOptMl(waiting: WaitingShell | UnstartedShell): boolean {
  return 'shell' in waiting && waiting.optMlLack === undefined;
}

/** A shell that is up, with what it has shown. */
export function waitingShell(
  up: Pick<WaitingShell, 'shell' | 'namespaces' | 'fifos' | 'hasTrain' | 'variables'>,
  host: ComingHost,
): WaitingShell {
  const { shell, namespaces } = up;
  const optMlLack =
    namespaces === undefined ? 'this machine allows no namespaces' : lackOf(DEFAULT_BASE_DIR, shell.output());
  const changed = namespaces !== undefined && optMlLack !== undefined ? withoutOptMl(host) : {};
  const variables = withMark({ ...up.variables, ...changed }, shell.mark);
  return { ...up, optMlLack, variables, changed };
}
