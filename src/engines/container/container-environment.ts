import { OptmlError } from '../../errors/error.ts';

/** A container's environment on its way through the engine's command line. */
export interface PassedEnvironment {
  /** Names to be given by `--env NAME`. */
  readonly names: readonly string[];
  /** Their values, for the environment of the command line: no argument ever shows one. */
  readonly variables: Readonly<Record<string, string>>;
  /** Text of a file for `--env-file`; empty where none is needed. */
  readonly fileText: string;
}

// They would steer the command line itself.
const STEERING =
  /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|SHELL|NO_COLOR|REGISTRY_AUTH_FILE|(?:LD|DYLD|GO|XDG|SSL|SSH|DBUS|DOCKER|BUILDKIT|BUILDX|_?CONTAINERS?|CONTAINERD|PODMAN|STORAGE|NETAVARK|CNI|NERDCTL|FINCH|LIMA)_.*|GO[A-Z]+|\w+_PROXY)$/i;

/**
 * Splits a container's variables into those that go through the environment of the engine's command line, which takes every
 * text, and the few that would change what the command line does: those go through a file.
 *
 * @throws OptmlError SETTING_INVALID for a line break in one of the latter: the file has one variable a line.
 */
export function passEnvironment(environment: Readonly<Record<string, string>>): PassedEnvironment {
  const entries = Object.entries(environment);
  const variables = Object.fromEntries(entries.filter(([name]) => !STEERING.test(name)));
  const lines = entries.filter(([name]) => STEERING.test(name));
  for (const [name, value] of lines) {
    if (!/[\r\n]/.test(value)) continue;
    throw new OptmlError('SETTING_INVALID', `the value of ${name} holds a line break`, {
      where: `Environment.${name}`,
      fix: 'Write it on one line.',
    });
  }
  return {
    names: Object.keys(variables),
    variables,
    fileText: lines.map(([name, value]) => `${name}=${value}\n`).join(''),
  };
}

/** The options for an environment; `file` is where its `fileText` is. */
export function environmentArguments({ names, fileText }: PassedEnvironment, file: string): readonly string[] {
  return [...(fileText === '' ? [] : ['--env-file', file]), ...names.flatMap((name) => ['--env', name])];
}
