import { availableParallelism } from 'node:os';
import type { CompressionMethod as Method } from '../contract/compression.ts';
import { findOnPath } from '../environment/find-on-path.ts';

/** What compresses an archive. */
export interface Compression {
  /** The program and its arguments, standard input to standard output; undefined: Node itself, over several cores. */
  readonly words: readonly [file: string, ...args: string[]] | undefined;
  /** Level of Node's own compression. */
  readonly level: number;
}

/** From the fastest on: igzip is about 14 times as fast as gzip on one core, pigz as many times as there are cores. */
const PROGRAMS = ['igzip', 'pigz'] as const;

// Where more costs much time and gains little; 6 is gzip's own default.
const DEFAULT_LEVEL: Readonly<Record<Method, number>> = { igzip: 2, pigz: 6, node: 6 };

/** What always works. */
export const NODE_COMPRESSION: Compression = { words: undefined, level: DEFAULT_LEVEL.node };

/**
 * Decides what compresses: `setting` is `OPTML_COMPRESSION`, a method with its level or `auto` (the first of igzip and
 * pigz that is on PATH, else Node). A program that is named and not there is told to `warn`, and `auto` decides: an archive
 * counts for more than how it is made. All write one ordinary gzip stream without name or time.
 */
export function chooseCompression(
  setting: string,
  variables: Readonly<NodeJS.ProcessEnv>,
  warn: (message: string) => void,
): Compression {
  const [wanted = 'auto', digits] = setting.split(':');
  const method = PROGRAMS.find((program) => wanted === program && findOnPath(program, variables) === undefined)
    ? missing(wanted, variables, warn)
    : wanted === 'auto'
      ? fastest(variables)
      : (wanted as Method);
  const level = digits !== undefined && method === wanted ? Number(digits) : DEFAULT_LEVEL[method];
  const file = method === 'node' ? undefined : findOnPath(method, variables);
  return { words: file === undefined ? undefined : [file, ...argumentsOf(method, level)], level };
}

function missing(program: string, variables: Readonly<NodeJS.ProcessEnv>, warn: (message: string) => void): Method {
  const method = fastest(variables);
  warn(`OPTML_COMPRESSION names ${program}, which is not on PATH: ${method} compresses instead`);
  return method;
}

function fastest(variables: Readonly<NodeJS.ProcessEnv>): Method {
  return PROGRAMS.find((program) => findOnPath(program, variables) !== undefined) ?? 'node';
}

function argumentsOf(method: Method, level: number): string[] {
  const common = ['--stdout', '--no-name', `-${level}`];
  // pigz would write the time of packing into its header, and take every core of the machine that the job may not have.
  return method === 'pigz' ? [...common, '--no-time', '--processes', String(availableParallelism())] : common;
}
