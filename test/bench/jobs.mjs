// What listing many jobs costs, beside reading all their records, in turns. Run it by `npm run bench:jobs`.
//
//   npm run bench:jobs -- [--jobs N] [--runs N]
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openStore } from '../../src/jobs/job-store.ts';
import { readRecord } from '../../src/jobs/record-file.ts';
import { endedRecord, jobRequest } from '../support/records.ts';

const { values } = parseArgs({
  options: { jobs: { type: 'string', default: '2000' }, runs: { type: 'string', default: '15' } },
});
const JOBS = Number(values.jobs);
const RUNS = Number(values.runs);

const home = mkdtempSync(join(tmpdir(), 'optml-bench-jobs-'));
process.on('exit', () => rmSync(home, { recursive: true, force: true }));
const store = openStore({ OPTML_HOME: home });
const HyperParameters = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`parameter-${i}`, `"value ${i}"`]));
const FinalMetricDataList = Array.from({ length: 5 }, (_, i) => ({ MetricName: `m${i}`, Value: i, Timestamp: 1.5 }));
for (let i = 0; i < JOBS; i++) {
  const CreationTime = 1_700_000_000 + i;
  store.claim(`job-${i}`, (name) =>
    endedRecord(name, { CreationTime, FinalMetricDataList, request: jobRequest(name, { HyperParameters }) }),
  );
}

function readAll() {
  return readdirSync(store.jobsDir)
    .map((name) => readRecord(join(store.jobsDir, name)))
    .filter((record) => record !== undefined)
    .sort((a, b) => b.CreationTime - a.CreationTime);
}

function measure(list) {
  const start = performance.now();
  const { length } = list();
  if (length !== JOBS) throw new Error(`${length} of ${JOBS} jobs were listed`);
  return performance.now() - start;
}

// Records that have just been written are not in the index.
await new Promise((resolve) => setTimeout(resolve, 1100));
const first = measure(store.list);
const times = { ours: [], rival: [] };
for (let run = 0; run < RUNS; run++) {
  times.ours.push(measure(store.list));
  times.rival.push(measure(readAll));
}
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const [ours, rival] = [median(times.ours), median(times.rival)];
const ms = (time) => `${time.toFixed(1)} ms`;
console.log(`${JOBS} jobs, medians of ${RUNS} runs
list with the index:       ${ms(ours)}
reading all records:       ${ms(rival)}
list that makes the index: ${ms(first)}
ratio:                     ${(ours / rival).toFixed(2)}`);
