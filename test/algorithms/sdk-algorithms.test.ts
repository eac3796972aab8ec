// AWS's built-in algorithms by the unmodified SageMaker SDK at the local endpoint. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { startLocalEndpoint } from '../../src/endpoint/local-endpoint.ts';
import { pythonPackages } from '../support/frameworks/python-packages.ts';
import { temporaryFolder } from '../support/job.ts';

/** Algorithm → the metrics of its job. */
const METRICS = {
  xgboost: ['train:auc', 'train:error', 'validation:auc', 'validation:error'],
  kmeans: ['train:msd', 'train:progress', 'train:throughput'],
  'linear-learner': [
    'train:binary_classification_accuracy',
    'train:binary_f_beta',
    'train:objective_loss',
    'train:objective_loss:final',
    'train:precision',
    'train:progress',
    'train:recall',
    'train:roc_auc_score',
    'train:throughput',
  ],
};

for (const [algorithm, metrics] of Object.entries(METRICS)) {
  test(`an estimator of the SDK trains ${algorithm}`, async (t) => {
    const [sdk, boosting] = [pythonPackages(t, 'sdk-v2'), pythonPackages(t, 'boosting')];
    if (sdk === undefined || boosting === undefined) return;
    const home = temporaryFolder(t);
    // Jobs run with the Python that has XGBoost.
    const variables = {
      PATH: `${boosting}${delimiter}${process.env['PATH']}`,
      HOME: process.env['HOME'],
      OPTML_HOME: home,
    };
    const endpoint = await startLocalEndpoint({ variables, jobs: { engine: 'process' } });
    t.after(() => endpoint.close());
    const program = join(import.meta.dirname, 'programs', 'sdk-algorithms.py');
    const env = { ...process.env, ...endpoint.env, SAGEMAKER_SUPPRESS_V2_WARNING: '1' };
    const child = spawn(join(sdk, 'python'), [program, algorithm], { env });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    const log = (name: string) => readFileSync(join(home, 'jobs', name, 'logs', 'algo-1.log'), 'utf8');
    assert.match(stdout.trim().split('\n').at(-1) ?? '', /^\{/, stderr);
    const job = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    assert.equal(job.status, 'Completed');
    assert.match(
      job.image,
      new RegExp(`^\\d{12}\\.dkr\\.ecr\\.eu-west-1\\.amazonaws\\.com/(?:sagemaker-)?${algorithm}:`),
    );
    assert.match(job.model, /^s3:\/\/.*\/output\/model\.tar\.gz$/);
    assert.ok(log(job.name).split('\n')[0]?.endsWith(`in place of AWS's ${job.image}`));
    assert.deepEqual(Object.keys(job.metrics).sort(), metrics);
    assert.ok(Object.values<number>(job.metrics).every(Number.isFinite));
    // Those of the algorithm, as the job defines none.
    assert.ok(metrics.every((name) => job.definitions.includes(name)));
    assert.doesNotMatch(log(job.name), /metric .* has no value/);
  });
}
