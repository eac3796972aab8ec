import type { Template } from './template.ts';

/** The test of a project: it runs the job and looks at its score. The same text is TypeScript and JavaScript. */
export function projectTest({ leastAccuracy, packages }: Template): string {
  const needs = packages === undefined ? '' : `// The Python of this machine needs ${packages}.\n`;
  return `// Runs the job of job.json on this machine, without containers, and looks at its score.
${needs}import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { runTrainingJob } from 'optml';

const project = resolve(import.meta.dirname, '..');

test('the job trains a model that recognises irises', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'iris-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const request = JSON.parse(readFileSync(join(project, 'job.json'), 'utf8'));
  request.OutputDataConfig.S3OutputPath = join(dir, 'output');
  const { record, error } = await runTrainingJob(request, {
    engine: 'process',
    baseDir: project,
    // Jobs of tests are not in the list of "optml jobs".
    variables: { ...process.env, OPTML_HOME: join(dir, 'home') },
  });
  assert.equal(record.TrainingJobStatus, 'Completed', error?.message ?? record.FailureReason);
  const accuracy = record.FinalMetricDataList?.find(({ MetricName }) => MetricName === 'accuracy')?.Value ?? 0;
  assert.ok(accuracy >= ${leastAccuracy}, \`the accuracy is \${accuracy}\`);
});
`;
}
