// What the runner prints.
import { readFileSync } from 'node:fs';

const SLOWEST = 10;

/** The end of a lane: its counts, every skipped test with its reason, the whole output of the files that failed. */
export function laneEnd(lane, results) {
  const reason = reasonOf(results);
  if (reason !== undefined) return `${lane.name} did not run: ${reason}`;
  const lines = [`${lane.name} ended: ${counts(totals(results))}`];
  for (const { task, skips, problems, output, isOk } of results) {
    const name = task.file ?? task.id;
    for (const skip of skips) lines.push(`         skip ${name}: ${skip.name}: ${skip.reason}`);
    if (isOk) continue;
    lines.push(`── FAIL ${name}`);
    if (output !== undefined) lines.push(readFileSync(output, 'utf8').trimEnd());
    for (const problem of problems) lines.push(`${name}: ${problem}`);
    lines.push(`── end of ${name}`);
  }
  return lines.join('\n');
}

/** The summary: a line for each lane, the slowest files, the files that failed, the total. */
export function summary({ lanes, results, wholeSeconds, seed }) {
  const slowest = results.toSorted((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
  const failed = results.filter(({ isOk }) => !isOk);
  return [
    ...lanes.map((lane) =>
      laneLine(
        lane,
        results.filter(({ task }) => task.lane === lane),
      ),
    ),
    '',
    `the ${slowest.length} slowest, in seconds:`,
    ...slowest.map(({ task, seconds }) => `${seconds.toFixed(1).padStart(7)}  ${task.id}`),
    '',
    ...failed.map(({ task }) => `FAIL ${task.id}`),
    ...(failed.length > 0 ? [`again with the same values: OPTML_TEST_SEED=${seed}`, ''] : []),
    `${wholeSeconds.toFixed(0)} s, of which the lanes took ${totals(results).seconds.toFixed(0)} s side by side`,
    counts(totals(results)),
  ].join('\n');
}

function laneLine(lane, results) {
  const sums = totals(results);
  const reason = reasonOf(results);
  const verdict = sums.failed > 0 ? 'FAIL' : reason === undefined ? 'ok  ' : 'skip';
  const rest = reason === undefined ? ` in ${sums.seconds.toFixed(1)} s` : `: ${reason}`;
  return `${verdict} ${lane.name.padEnd(20)} ${counts(sums)}${rest}`;
}

// Why a lane did not run: then none of its tasks did.
function reasonOf(results) {
  return results.find(({ reason }) => reason !== undefined)?.reason;
}

function counts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Sums over results. */
export function totals(results) {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped'), seconds: sum('seconds') };
}
