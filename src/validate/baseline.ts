import { resolve } from 'node:path';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { OptmlError } from '../errors/error.ts';
import { readInput } from '../job-tree/input/input-file.ts';

/** Ids of checks whose findings are accepted → the reasons. */
export type Baseline = ReadonlyMap<string, string>;

const SHAPE = '{"accepted": [{"id": "image-size", "reason": "…"}]}';

/**
 * Reads a file of accepted findings: `{"accepted": [{"id", "reason"}]}`. Its path counts from `baseDir`.
 *
 * @throws OptmlError USAGE with the file and what is wrong in it; exit code 2.
 */
export function readBaseline(file: string, baseDir: string): Baseline {
  let value: unknown;
  try {
    value = JSON.parse(readInput(resolve(baseDir, file)).toString('utf8'));
  } catch (error) {
    throw wrong(file, `it cannot be read as JSON: ${(error as Error).message}`, error);
  }
  const { accepted } = (value ?? {}) as { readonly accepted?: unknown };
  if (!Array.isArray(accepted)) throw wrong(file, 'its member "accepted" is no list');
  return new Map(accepted.map((entry, index) => readEntry(file, entry, index)));
}

function readEntry(file: string, entry: unknown, index: number): readonly [string, string] {
  const { id, reason } = (entry ?? {}) as { readonly id?: unknown; readonly reason?: unknown };
  if (typeof id !== 'string') throw wrong(file, `accepted[${index}].id is no text`);
  if (typeof reason !== 'string' || reason === '') throw wrong(file, `accepted[${index}].reason is missing: say why`);
  return [id, reason];
}

function wrong(file: string, message: string, cause?: unknown): OptmlError {
  return new OptmlError('USAGE', `the baseline ${file} cannot be used: ${message}`, {
    where: file,
    fix: `Its shape is ${SHAPE}.`,
    exitCode: EXIT_CODES.usage,
    cause,
  });
}
