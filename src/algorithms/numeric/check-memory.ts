import { totalmem } from 'node:os';
import { ClientError } from '../../algorithm/client-error.ts';
import type { RowSource } from './row-source.ts';

/** What fills the memory. */
export interface MemoryNeed {
  readonly bytes: number;
  /** Features of a row. */
  readonly dim: number;
  /** An imperative. */
  readonly fix: string;
}

/**
 * Checks that training fits into the memory of the host: without it the kernel kills the process in the middle of the job.
 *
 * @throws ClientError
 */
export function checkMemory({ bytes, dim, fix }: MemoryNeed, available = memoryOfHost()): void {
  if (bytes <= available) return;
  throw new ClientError(
    `rows of ${dim} features need ${gibibytes(bytes)} GiB of memory, and the host has ${gibibytes(available)} GiB`,
    { where: 'channel train', fix },
  );
}

/** Rows of the largest batch. */
export function batchRows({ isWhole, inMemory }: RowSource, miniBatchSize: number): number {
  return isWhole ? Math.min(miniBatchSize, inMemory.rows) : miniBatchSize;
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}

/** The limit of the container, if it is lower than the memory of the machine. */
function memoryOfHost(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
