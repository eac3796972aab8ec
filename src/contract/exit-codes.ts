import { constants } from 'node:os';

/**
 * Exit codes of `train` other than the script's own (contract C71).
 *
 * @example
 * ```ts
 * import { EXIT_CODES } from 'optml/contract';
 *
 * console.log(EXIT_CODES.success); // 0
 * ```
 */
export const EXIT_CODES = {
  /** This host's part of the job succeeded, and everything that proves it is on disk. */
  success: 0,
  /** An error of the job's configuration, source or surroundings. */
  failure: 1,
  /** The command line was not understood. */
  usage: 2,
  /** The training succeeded, but its output is not delivered: a link or something else is in the place of a folder. */
  notDelivered: 4,
  /** A defect of optml. */
  defect: 70,
  /** The program exists but could not be executed, as shells report it. */
  cannotExecute: 126,
  /** The program or its interpreter does not exist, as shells report it. */
  notFound: 127,
} as const;

/**
 * The exit code that stands for death by a signal: 128 and its number (C51).
 *
 * @example
 * ```ts
 * import { signalExitCode } from 'optml/contract';
 *
 * console.log(signalExitCode('SIGTERM')); // 143
 * ```
 */
export function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** The exit code of a child process as Node tells its end: of `code` and `signal` one is null. */
export function childExitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return signal === null ? (code ?? EXIT_CODES.failure) : signalExitCode(signal);
}
