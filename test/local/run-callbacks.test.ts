// Callbacks of the library: `runTrainingJob` in this process, on the engine `process`. `npm run build` first.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { JobEvent, OnJobEvent } from '../../src/jobs/events.ts';
import { runTrainingJob } from '../../src/local/run-training-job.ts';
import { temporaryFolder } from '../support/job.ts';
import { requestOf } from '../support/run-job-command.ts';

const FAILING: Readonly<Record<string, OnJobEvent>> = {
  rejects: () => Promise.reject(new Error('the view is gone')),
  throws: () => {
    throw new Error('the view is gone');
  },
};

for (const [how, callback] of Object.entries(FAILING)) {
  test(`a job goes on when onEvent ${how} for every event, and one warning reports it`, async (t) => {
    const dir = temporaryFolder(t);
    mkdirSync(join(dir, 'project'));
    writeFileSync(join(dir, 'project', 'train.sh'), 'echo loss=1; echo x > $SAGEMAKER_BASE_DIR/model/m\n');
    chmodSync(join(dir, 'project', 'train.sh'), 0o755);
    const warnings: string[] = [];
    const onWarning = ({ message }: Error) => warnings.push(message);
    process.on('warning', onWarning);
    t.after(() => process.off('warning', onWarning));
    const kinds = new Set<JobEvent['type']>();
    const { AlgorithmSpecification } = requestOf();
    const { record, error } = await runTrainingJob(
      requestOf({
        AlgorithmSpecification: {
          ...(AlgorithmSpecification as object),
          MetricDefinitions: [{ Name: 'loss', Regex: 'loss=(.*)' }],
        },
      }),
      {
        baseDir: dir,
        engine: 'process',
        // An option of the engine that this one lacks: one more warning, of the job.
        pull: 'missing',
        variables: { PATH: process.env['PATH'], HOME: dir, OPTML_HOME: join(dir, 'home') },
        onEvent: (event) => {
          kinds.add(event.type);
          return callback(event);
        },
        onName: () => {
          throw new Error('the name is not wanted');
        },
      },
    );
    assert.deepEqual([record.TrainingJobStatus, error], ['Completed', undefined]);
    for (const kind of ['status', 'log', 'metric', 'progress', 'warning'] as const) assert.ok(kinds.has(kind), kind);
    assert.deepEqual(warnings.filter((text) => text.includes('callback')).sort(), [
      'A callback of a training job failed, the job goes on: the name is not wanted',
      'A callback of a training job failed, the job goes on: the view is gone',
    ]);
  });
}
