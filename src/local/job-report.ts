import type { JobRecord } from '../jobs/record.ts';

/** Writes the report of a job into its folder. Loaded when there is something to tell: a job starts sooner without it. */
export async function writeJobReport(dir: string, record: JobRecord): Promise<string> {
  const { writeReport } = await import('#report/write-report');
  return writeReport(dir, record);
}
