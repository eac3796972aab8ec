import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JobStore, openStore } from '../../../src/jobs/job-store.ts';
import { openLogWriter } from '../../../src/jobs/logs/writer.ts';
import { METRICS_FILE, type MetricPoint } from '../../../src/jobs/metrics/metrics-file.ts';
import type { JobRecord } from '../../../src/jobs/record.ts';
import { sayNumber } from '../../../src/jobs/record-file.ts';

/** A line, or several, that a host wrote at a time (milliseconds since 1970). */
export type Written = readonly [host: string, time: number, text: string];

/** A store in `home`. */
export const storeIn = (home: string): JobStore => openStore({ OPTML_HOME: home });

/** Puts a job with its logs and metrics into a store. */
export async function putJob(
  store: JobStore,
  record: JobRecord,
  {
    written = [],
    points = [],
  }: { readonly written?: readonly Written[]; readonly points?: readonly MetricPoint[] } = {},
): Promise<void> {
  const { dir } = store.claim(record.TrainingJobName, () => record, { isExact: true });
  for (const host of new Set(written.map(([name]) => name))) {
    let now = 0;
    const fail = (error: Error) => {
      throw error;
    };
    const log = openLogWriter(dir, host, { onError: fail, now: () => now });
    for (const [name, time, text] of written) {
      if (name !== host) continue;
      now = time;
      await log.write(Buffer.from(text));
    }
    await log.close();
  }
  if (points.length > 0) {
    writeFileSync(
      join(dir, METRICS_FILE),
      points.map((point) => `${JSON.stringify({ ...point, value: sayNumber('value', point.value) })}\n`).join(''),
    );
  }
}
