import type { LaunchDescription, Launcher } from './launcher.ts';

/** The launcher of a job that names no other: one process on this host. */
export const plainProcess: Launcher = {
  plan: ({ words, userArguments }) => ({
    launcher: 'process',
    role: 'single',
    words: [...words, ...userArguments],
    added: {},
  }),
  run: (description, context) => context.supervise(commandOf(description), context),
};

/** The program of a description as one process. */
export function commandOf({ words: [file, ...before], userArguments, cwd, variables }: LaunchDescription) {
  return { file, args: [...before, ...userArguments], cwd, variables };
}
