import { supervise } from '../process/supervise.ts';
import type { Launcher } from './launcher.ts';

/** The launcher of a job that names no other: one process on this host. */
export const plainProcess: Launcher = ({ words: [file, ...before], userArguments, cwd, variables }, context) =>
  supervise({ file, args: [...before, ...userArguments], cwd, variables }, context);
