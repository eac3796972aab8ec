import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { OptmlError } from '../../errors/error.ts';
import { readInput } from '../../job-tree/input/input-file.ts';
import type { ValidationReport } from '../validation-report.ts';

/**
 * Reads a report that was written as JSON.
 *
 * @throws OptmlError USAGE where the file is no such report; exit code 2.
 */
export function readReport(file: string): ValidationReport {
  let value: Partial<ValidationReport> | null;
  try {
    value = JSON.parse(readInput(file).toString('utf8')) as Partial<ValidationReport> | null;
  } catch (error) {
    throw noReport(file, (error as Error).message, error);
  }
  if (value?.version === 1 && Array.isArray(value.checks)) return value as ValidationReport;
  throw noReport(file, `expected "version": 1 and a list of "checks"`);
}

function noReport(file: string, message: string, cause?: unknown): OptmlError {
  return new OptmlError('USAGE', `${file} is no report of optml validate: ${message}`, {
    where: file,
    fix: 'Write one: optml validate IMAGE --format json --output FILE.',
    exitCode: EXIT_CODES.usage,
    cause,
  });
}
