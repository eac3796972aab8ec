/**
 * Bytes of one argument or variable, its final NUL included, that Linux accepts (`MAX_ARG_STRLEN`).
 *
 * @example
 * ```ts
 * import { MAX_ARGUMENT_BYTES } from 'optml/contract';
 *
 * console.log(Buffer.byteLength('--epochs') < MAX_ARGUMENT_BYTES); // true
 * ```
 */
export const MAX_ARGUMENT_BYTES = 131_072;

/** Seconds of MaxRuntimeInSeconds where none is given, and at most (section 12 of the contract). */
export const RUNTIME_SECONDS = { default: 86_400, max: 28 * 24 * 3600 } as const;

/** Most hosts of a job on this machine: each is a container, or a process with its own address, and has folders and files here. */
export const MOST_LOCAL_HOSTS = 1000;
