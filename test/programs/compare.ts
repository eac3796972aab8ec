import assert from 'node:assert/strict';
import type { JobRun } from './program-workplace.ts';
import { readPoints, type Sums } from './read-truth.ts';
import { sumsOfArchive, sumsOfFolder } from './sums.ts';

/** Compares all that optml collected of a job with what the program recorded. `before`: the checkpoints that were there. */
export async function compareJob(job: JobRun, before: Sums = {}): Promise<void> {
  compareMetrics(job);
  compareCheckpoints(job, before);
  assert.deepEqual(await sumsOfArchive(job.outputDir, 'model.tar.gz'), job.truth.model);
  assert.deepEqual(await sumsOfArchive(job.outputDir, 'output.tar.gz'), job.truth.output);
}

/** Both streams, for the message of a failed assertion. */
export function outputOf({ end }: JobRun): string {
  return `${end.stdout}\n${end.stderr}`;
}

/** Every value that the program printed is a point of its metric, in order; there are no others; warnings name the rest. */
function compareMetrics(job: JobRun): void {
  const { workplace, request, truth } = job;
  assert.deepEqual(readPoints(workplace.jobDir(request.TrainingJobName)), truth.metrics, outputOf(job));
  const warnings = job.end.stderr.match(/^Warning: .*metric.*$/gm) ?? [];
  const printed = Object.values(truth.metrics).flatMap((series) => Object.keys(series));
  const missing = request.AlgorithmSpecification.MetricDefinitions.filter(({ Name }) => !printed.includes(Name));
  assert.deepEqual(
    warnings.map((warning) => /^Warning: metric "(.*)" has no value/.exec(warning)?.[1]),
    missing.map(({ Name }) => Name),
    warnings.join('\n'),
  );
  const last = new Map<string, number[]>();
  for (const series of Object.values(truth.metrics)) {
    for (const [name, values] of Object.entries(series)) {
      last.set(name, [...(last.get(name) ?? []), values.at(-1) ?? Number.NaN]);
    }
  }
  const final = workplace.record(request.TrainingJobName).FinalMetricDataList ?? [];
  assert.deepEqual(final.map(({ MetricName }) => MetricName).sort(), [...last.keys()].sort());
  // Of several hosts, any may be the last that printed.
  for (const { MetricName, Value } of final) {
    assert.ok(last.get(MetricName)?.includes(Number(Value)), `${MetricName}: ${Value}`);
  }
}

/** Each start found exactly the checkpoints that the one before left; the location holds exactly those of the last one. */
function compareCheckpoints({ truth, checkpointDir }: JobRun, before: Sums): void {
  // The first host saves them.
  const first = truth.starts['algo-1'] ?? [];
  for (const starts of Object.values(truth.starts)) {
    const expected = starts.map((_, index) => (index === 0 ? before : first[index - 1]?.left));
    assert.deepEqual(
      starts.map(({ found }) => found),
      expected,
    );
  }
  assert.deepEqual(sumsOfFolder(checkpointDir), first.at(-1)?.left ?? {});
}
