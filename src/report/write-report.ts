import { join } from 'node:path';
import { writeFileWhole } from '../files/write-file-whole.ts';
import type { JobRecord } from '../jobs/record.ts';
import { REPORT_FILE } from './report-file.ts';
import { reportPage } from './report-page.ts';

/**
 * Writes the report of the job whose folder is `dir` into that folder. Returns its path. The error of a disk that is full is
 * left to the caller.
 */
export async function writeReport(dir: string, record: JobRecord): Promise<string> {
  const file = join(dir, REPORT_FILE);
  writeFileWhole(file, await reportPage(dir, record), { mode: 0o600, isDurable: false });
  return file;
}
