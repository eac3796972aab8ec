// The same jobs by the SageMaker Python SDK 2 and by optml/estimator: the requests that both send, member by member.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Estimator, PyTorch, ScikitLearn, XGBoost } from '../../../src/estimator/index.ts';
import type { TrainingJobRequest } from '../../../src/request/request.ts';
import { awsClients } from '../../support/aws-clients.ts';
import { ROOT, temporaryFolder } from '../../support/job.ts';
import { runWords } from '../../support/run.ts';
import { AGREED, AGREED_FLAGS, type AgreedDifference, type Members, membersOf } from './agreed-differences.ts';
import { CONFIGURED, CONFIGURED_JOBS } from './configured-jobs.ts';
import { SDK_JOBS, type SdkJob } from './jobs.ts';
import { CONFIG, type RecordingEndpoint, startRecordingEndpoint } from './recording-endpoint.ts';

const CLIENTS = awsClients();
const skip = CLIENTS === undefined && 'the SageMaker Python SDK is not installed: run test/clients/setup';

const ESTIMATORS = { Estimator, PyTorch, ScikitLearn, XGBoost };

/** Sends the request of a job by optml/estimator, as a program in JavaScript would. */
async function sendByOptml({ name, estimator, options, inputs }: SdkJob, cwd: string, endpoint: RecordingEndpoint) {
  const Class = ESTIMATORS[estimator] as unknown as typeof Estimator;
  const session = { baseDir: cwd, variables: { ...endpoint.variables, HOME: cwd } };
  const made = new Class({ ...options, session } as never);
  await made.fit(inputs as never, { wait: false, jobName: name });
  await made.close();
}

interface Configurations {
  readonly user: string;
  readonly admin: string;
}

/** Sends the jobs by both, compares each member of the requests, and returns the reasons of the agreed differences. */
async function compareRequests(
  t: TestContext,
  jobs: readonly SdkJob[],
  { user, admin }: Configurations,
  agreements: readonly AgreedDifference[],
) {
  const cwd = temporaryFolder(t);
  mkdirSync(join(cwd, 'src'));
  writeFileSync(join(cwd, 'src', 'train.py'), 'print(1)\n');
  writeFileSync(join(cwd, 'config.yaml'), user);
  writeFileSync(join(cwd, 'admin.yaml'), admin);
  const endpoint = await startRecordingEndpoint(t, join(cwd, 'config.yaml'), join(cwd, 'admin.yaml'));
  writeFileSync(join(cwd, 'jobs.json'), JSON.stringify(jobs));
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
    jobs.map(({ name }) => name),
  );

  for (const job of jobs) await sendByOptml(job, cwd, endpoint);
  const sent = new Map(endpoint.take().map((request) => [request.TrainingJobName, request]));

  const used = new Set<string>();
  for (const { name } of jobs) {
    const theirs = membersOf(expected.get(name) as TrainingJobRequest);
    const ours = membersOf(sent.get(name) as TrainingJobRequest);
    for (const agreed of agreements) if (agreed.settle(theirs, ours)) used.add(agreed.reason);
    assert.deepEqual(sorted(ours), sorted(theirs), name);
  }
  return used;
}

test('requests of thirty jobs are those of the Python SDK, but for agreed differences', { skip }, async (t) => {
  const used = await compareRequests(t, SDK_JOBS, { user: CONFIG, admin: CONFIG }, AGREED);
  // Remove one that no job shows any more, also from the page.
  assert.deepEqual([...used].sort(), AGREED.map(({ reason }) => reason).sort());
});

test("the defaults of a config.yaml, the user's over the administrator's, are in requests as in those of the Python SDK", {
  skip,
}, async (t) => {
  const used = await compareRequests(t, CONFIGURED_JOBS, CONFIGURED, AGREED_FLAGS);
  const own = AGREED_FLAGS.slice(AGREED.length).map(({ reason }) => reason);
  assert.deepEqual(
    own.filter((reason) => !used.has(reason)),
    [],
  );
});

function sorted(members: Members) {
  return [...members].sort(([one], [other]) => (one < other ? -1 : 1));
}

test('docs/estimator.md lists each agreed difference', () => {
  const page = readFileSync(join(ROOT, 'docs/estimator.md'), 'utf8');
  for (const { reason } of AGREED_FLAGS) assert.ok(page.includes(reason), reason);
});
