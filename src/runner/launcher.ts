import type { ProcessEnd, SuperviseContext } from '../process/supervise.ts';

/** What a launcher starts: the program with its arguments, and the environment that it gets. */
export interface LaunchDescription {
  /** The program and what comes before the user's arguments, such as an interpreter. */
  readonly words: readonly [file: string, ...args: string[]];
  /** The user's arguments. */
  readonly userArguments: readonly string[];
  readonly cwd: string;
  /** The whole environment. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
}

/** Starts a program in its own way, on one host or many, and tells how it ended (contract C68). */
export type Launcher = (description: LaunchDescription, context: SuperviseContext) => Promise<ProcessEnd>;
