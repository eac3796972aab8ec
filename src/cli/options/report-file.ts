import { accessSync, constants, lstatSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { OptmlError } from '../../errors/error.ts';
import { writeFileWhole } from '../../files/write-file-whole.ts';
import { kindAt } from '../../job-tree/input/input-file.ts';

/**
 * Checks the file of `--output` before the jobs run, which may take many minutes.
 *
 * @throws OptmlError DESTINATION_INVALID
 */
export function checkReportFile(file: string): void {
  if (kindAt(file) === 'a folder') throw unusable(file, 'it is a folder');
  const folder = dirname(resolve(file));
  if (kindAt(folder) !== 'a folder') throw unusable(file, `there is no folder ${folder}`);
  if (!isReplaceable(file)) return;
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw unusable(file, `${folder} is not writable`, error);
  }
}

/** Writes a report, completely or not at all; into a link, a device or a pipe such as `/dev/stdout`, which stay. */
export function writeReportFile(file: string, text: string): void {
  try {
    if (isReplaceable(file)) writeFileWhole(file, text, { isDurable: false });
    else writeFileSync(file, text);
  } catch (error) {
    throw unusable(file, (error as Error).message, error);
  }
}

function isReplaceable(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() ?? true;
}

function unusable(file: string, reason: string, cause?: unknown): OptmlError {
  return new OptmlError('DESTINATION_INVALID', `the report cannot be written: ${reason}`, {
    where: file,
    fix: 'Give a file in a folder that exists: --output FILE.',
    cause,
  });
}
