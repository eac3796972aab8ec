import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { JobFolder } from '../../../../../src/job-tree/job-folder.ts';
import type { TrainingJobRequest } from '../../../../../src/request/request.ts';
import type { Scenario } from '../../../../../src/validate/observe/scenario/scenario.ts';
import { oddHyperparameters, scenarioRequest } from '../../../../../src/validate/observe/scenario/scenario-request.ts';
import type { ValidationContext } from '../../../../../src/validate/observe/validation-context.ts';
import { temporaryFolder } from '../../../../support/job.ts';

function requestOf(
  t: TestContext,
  scenario: Partial<Scenario>,
  context: Partial<ValidationContext> = {},
): TrainingJobRequest {
  const whole = { image: { kind: 'image', name: 'an-image' }, request: undefined, ...context } as ValidationContext;
  const dir = temporaryFolder(t);
  const folder = JobFolder.open(dir);
  t.after(() => folder.close());
  return scenarioRequest(whole, { id: 'trial', about: 'a trial', ...scenario }, { folder, dir });
}

const channel = (name: string) => ({
  ChannelName: name,
  DataSource: { S3DataSource: { S3DataType: 'S3Prefix' as const, S3Uri: `file:///${name}/` } },
});
const JOB: TrainingJobRequest = {
  TrainingJobName: 'own',
  HyperParameters: { epochs: '3' },
  InputDataConfig: [channel('training'), channel('code'), channel('sm_drivers')],
  OutputDataConfig: { S3OutputPath: 's3://bucket/output' },
  ResourceConfig: { InstanceType: 'ml.p3.2xlarge', InstanceCount: 4 },
};

suite('the request of a scenario', () => {
  test('without a job there is one channel with a small table', (t) => {
    const { InputDataConfig: channels = [], HyperParameters } = requestOf(t, {});
    assert.deepEqual(HyperParameters, {});
    assert.deepEqual(
      channels.map(({ ChannelName }) => ChannelName),
      ['training'],
    );
    const dir = fileURLToPath(channels[0]?.DataSource.S3DataSource?.S3Uri ?? '');
    assert.match(readFileSync(join(dir, 'data.csv'), 'utf8'), /^a,1,2\n/);
  });

  test('builds on the job that was given, on one host', (t) => {
    const request = requestOf(t, { hyperparameters: { rate: '1' } }, { request: JOB });
    assert.deepEqual(request.HyperParameters, { epochs: '3', rate: '1' });
    assert.equal(request.TrainingJobName, 'validate-trial');
    assert.equal(request.ResourceConfig?.InstanceType, 'ml.p3.2xlarge');
    assert.equal(request.ResourceConfig?.InstanceCount, 1);
  });

  test('without its channels a job keeps those that are its program', (t) => {
    const { InputDataConfig: channels = [] } = requestOf(t, { channels: { areAbsent: true } }, { request: JOB });
    assert.deepEqual(
      channels.map(({ ChannelName }) => ChannelName),
      ['code', 'sm_drivers'],
    );
  });

  test('there are at most 100 hyperparameters, the own ones first', (t) => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`more_${i}`, 'x']));
    const names = Object.keys(requestOf(t, { hyperparameters: many }, { request: JOB }).HyperParameters ?? {});
    assert.equal(names.length, 100);
    assert.equal(names[0], 'epochs');
  });

  test('values that are no text are not in the request', (t) => {
    const scenario = { id: 'trial', about: '', hyperparameters: { text: 'a', number: 1 } };
    assert.deepEqual(requestOf(t, scenario).HyperParameters, { text: 'a' });
    assert.deepEqual(oddHyperparameters(scenario), { number: 1 });
  });
});
