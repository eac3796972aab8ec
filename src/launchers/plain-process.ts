import type { LaunchDescription, Launcher } from './launcher.ts';

/** The launcher of a job that names no other: one process on this host. */
export const plainProcess: Launcher = {
  plan: ({ command, userArguments }) => ({
    launcher: 'process',
    role: 'single',
    command: [...command, ...userArguments],
    added: {},
  }),
  run: (description, context) => context.supervise(commandOf(description), context),
};

/** The program of a description as one process. */
export function commandOf({ command: [file, ...before], userArguments, cwd, variables }: LaunchDescription) {
  return { file, args: [...before, ...userArguments], cwd, variables };
}
