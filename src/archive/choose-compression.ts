import { availableParallelism } from 'node:os';
import type { CompressionMethod as Method } from '../contract/compression.ts';
import { findOnPath } from '../process/find-on-path.ts';

/** What compresses an archive. */
export interface Compression {
  /** The program and its arguments, standard input to standard output; undefined: Node itself, over several cores. */
  readonly command: readonly [file: string, ...args: string[]] | undefined;
  /** Level of Node's own compression, which a program does not use. */
  readonly level: number;
}

/** From the fastest on: igzip is about 14 times as fast as gzip on one core, pigz as many times as there are cores. */
const PROGRAMS = ['igzip', 'pigz'] as const;

// Where more costs much time and gains little; 6 is gzip's own default.
const DEFAULT_LEVEL: Readonly<Record<Method, number>> = { igzip: 2, pigz: 6, node: 6 };

/** What always works. */
export const NODE_COMPRESSION: Compression = { command: undefined, level: DEFAULT_LEVEL.node };

/**
 * Decides what compresses: `setting` is `OPTML_COMPRESSION`, a method with its level or `auto` (the first of igzip and
 * pigz that is on PATH, else Node). If a named program is missing, `warn` gets a message, and `auto` decides: an archive
 * counts for more than how it is made. All write one ordinary gzip stream without name or time.
 */
export function chooseCompression(
  setting: string,
  variables: Readonly<NodeJS.ProcessEnv>,
  warn: (message: string) => void,
): Compression {
  const [wanted = 'auto', digits] = setting.split(':');
  if (wanted === 'node') return { ...NODE_COMPRESSION, ...(digits !== undefined && { level: Number(digits) }) };
  const level = digits === undefined ? undefined : Number(digits);
  const asked = wanted === 'auto' ? undefined : findProgram([wanted as Program], variables, level);
  const chosen = asked ?? findProgram(PROGRAMS, variables);
  if (wanted !== 'auto' && asked === undefined) {
    const instead = chosen?.program ?? 'node';
    warn(`OPTML_COMPRESSION names ${wanted}, which is not on PATH: ${instead} compresses instead`);
  }
  return chosen?.compression ?? NODE_COMPRESSION;
}

type Program = (typeof PROGRAMS)[number];

// The first of them that is on PATH.
function findProgram(programs: readonly Program[], variables: Readonly<NodeJS.ProcessEnv>, level?: number) {
  for (const program of programs) {
    const file = findOnPath(program, variables);
    if (file === undefined) continue;
    const command = [file, ...argumentsOf(program, level ?? DEFAULT_LEVEL[program])] as const;
    return { program, compression: { ...NODE_COMPRESSION, command } };
  }
  return undefined;
}

function argumentsOf(program: Program, level: number): string[] {
  const common = ['--stdout', '--no-name', `-${level}`];
  // pigz would write the time of packing into its header, and take every core of the machine that the job may not have.
  return program === 'pigz' ? [...common, '--no-time', '--processes', String(availableParallelism())] : common;
}
