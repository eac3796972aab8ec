// The same jobs by the SageMaker Python SDK 2 and by optml/estimator: the requests that both send, member by member.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Estimator, PyTorch, ScikitLearn, XGBoost } from '../../../src/estimator/index.ts';
import type { TrainingJobRequest } from '../../../src/request/request.ts';
import { awsClients } from '../../support/aws-clients.ts';
import { ROOT, temporaryFolder } from '../../support/job.ts';
import { runWords } from '../../support/run.ts';
import { AGREED, type Members, membersOf } from './agreed-differences.ts';
import { SDK_JOBS, type SdkJob } from './jobs.ts';
import { type RecordingEndpoint, startRecordingEndpoint } from './recording-endpoint.ts';

const CLIENTS = awsClients();
const skip = CLIENTS === undefined && 'the SageMaker Python SDK is not installed: run test/clients/setup';

const ESTIMATORS = { Estimator, PyTorch, ScikitLearn, XGBoost };

const CONFIG = `SchemaVersion: '1.0'
SageMaker:
  PythonSDK:
    Modules:
      TelemetryOptOut: true
      Session:
        DefaultS3Bucket: bucket
`;

/** Sends the request of a job by optml/estimator, as a program in JavaScript would. */
async function sendByOptml({ name, estimator, options, inputs }: SdkJob, cwd: string, endpoint: RecordingEndpoint) {
  const Class = ESTIMATORS[estimator] as unknown as typeof Estimator;
  const session = { baseDir: cwd, variables: { ...endpoint.variables, HOME: cwd } };
  const made = new Class({ ...options, session } as never);
  await made.fit(inputs as never, { wait: false, jobName: name });
  await made.close();
}

test('requests of thirty jobs are those of the Python SDK, but for agreed differences', { skip }, async (t) => {
  const cwd = temporaryFolder(t);
  mkdirSync(join(cwd, 'src'));
  writeFileSync(join(cwd, 'src', 'train.py'), 'print(1)\n');
  writeFileSync(join(cwd, 'config.yaml'), CONFIG);
  const endpoint = await startRecordingEndpoint(t, join(cwd, 'config.yaml'));
  writeFileSync(join(cwd, 'jobs.json'), JSON.stringify(SDK_JOBS));
  const script = join(cwd, 'send_jobs.py');
  cpSync(join(ROOT, 'test/estimator/sdk/send_jobs.py'), script);
  const python = await runWords(t, [join(CLIENTS ?? '', 'v2/bin/python'), script, 'jobs.json'], {
    cwd,
    variables: { ...endpoint.variables, HOME: cwd },
  });
  if (python.code !== 0) assert.fail(python.stdout + python.stderr);
  const expected = new Map(endpoint.take().map((request) => [request.TrainingJobName, request]));
  assert.deepEqual(
    [...expected.keys()],
    SDK_JOBS.map(({ name }) => name),
  );

  for (const job of SDK_JOBS) await sendByOptml(job, cwd, endpoint);
  const sent = new Map(endpoint.take().map((request) => [request.TrainingJobName, request]));

  const used = new Set<string>();
  for (const { name } of SDK_JOBS) {
    const theirs = membersOf(expected.get(name) as TrainingJobRequest);
    const ours = membersOf(sent.get(name) as TrainingJobRequest);
    for (const agreed of AGREED) if (agreed.settle(theirs, ours)) used.add(agreed.reason);
    assert.deepEqual(sorted(ours), sorted(theirs), name);
  }
  // One that no job shows any more is to be removed, also from the page.
  assert.deepEqual([...used].sort(), AGREED.map(({ reason }) => reason).sort());
});

function sorted(members: Members) {
  return [...members].sort(([one], [other]) => (one < other ? -1 : 1));
}

test('docs/estimator.md lists each agreed difference', () => {
  const page = readFileSync(join(ROOT, 'docs/estimator.md'), 'utf8');
  for (const { reason } of AGREED) assert.ok(page.includes(reason), reason);
});
