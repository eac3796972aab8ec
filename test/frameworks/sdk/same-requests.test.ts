// The presets of optml/estimator send what the Python SDK sends: by the programs of docs/frameworks.md, which start the same
// jobs. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { TrainingJobRequest } from '../../../src/request/request.ts';
import { AGREED, type Members, membersOf } from '../../estimator/sdk/agreed-differences.ts';
import { CONFIG, startRecordingEndpoint } from '../../estimator/sdk/recording-endpoint.ts';
import { pythonPackages } from '../../support/frameworks/python-packages.ts';
import { runWords } from '../../support/run.ts';
import { byTsx, copyExample, programOf } from './example-jobs.ts';

const ROLE = 'arn:aws:iam::123456789012:role/Trainer';
// Both name the job after the image and the time, and each uploads the data to a place of its own.
const UPLOADED = /^InputDataConfig\.\d+\.DataSource\.S3DataSource\.S3Uri$/;

/** The requests that both programs send to an endpoint that runs no job: the programs fail after that. */
async function requestsOf(
  t: TestContext,
  python: string,
  programs: { readonly theirs: string; readonly ours: string },
) {
  const { home, cwd } = copyExample(t);
  writeFileSync(join(cwd, 'config.yaml'), CONFIG);
  writeFileSync(join(cwd, 'fit.py'), programs.theirs);
  writeFileSync(join(cwd, 'fit.mts'), programs.ours);
  const endpoint = await startRecordingEndpoint(t, join(cwd, 'config.yaml'));
  const send = async (words: readonly string[]) => {
    const variables = { ...endpoint.variables, HOME: home };
    const { stdout, stderr } = await runWords(t, words, { cwd, variables });
    const [request, ...others] = endpoint.take();
    assert.ok(request !== undefined && others.length === 0, `one request was sent: ${stdout}${stderr}`);
    return request;
  };
  const [, instanceType = ''] = /instance_type="(ml\.[^"]+)",\n {4}(?!image)/.exec(programs.theirs) ?? [];
  return {
    theirs: await send([join(python, 'python'), 'fit.py']),
    ours: await send(byTsx('fit.mts', instanceType, ROLE)),
  };
}

function settled(request: TrainingJobRequest): Members {
  const members = membersOf(request);
  const name = request.TrainingJobName ?? '';
  assert.match(name, /^(?:sagemaker-scikit-learn|pytorch-training)-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-\d{3}$/);
  for (const [path, value] of members) {
    if (UPLOADED.test(path)) {
      assert.match(String(value), /^s3:\/\/bucket\//);
      members.set(path, 'uploaded');
    } else if (typeof value === 'string') members.set(path, value.replaceAll(name, 'NAME'));
  }
  return members;
}

// The gate compares such requests in test/estimator/sdk.
const skip = process.env['OPTML_TEST_LONG'] !== '1' && 'part of the long run';

for (const { framework, python, preset } of [
  { framework: 'scikit-learn', python: 'SKLearn(', preset: 'new ScikitLearn(' },
  { framework: 'PyTorch on two hosts', python: '= PyTorch(', preset: 'new PyTorch(' },
]) {
  test(`the preset sends the request of the Python SDK: ${framework}`, { skip }, async (t) => {
    const sdk = pythonPackages(t, 'sdk-v2');
    if (sdk === undefined) return;
    const programs = { theirs: programOf('python', python), ours: programOf('ts frameworks', preset) };
    const requests = await requestsOf(t, sdk, programs);
    const [theirs, ours] = [settled(requests.theirs), settled(requests.ours)];
    for (const agreed of AGREED) agreed.settle(theirs, ours);
    assert.deepEqual(sorted(ours), sorted(theirs));
    assert.ok(theirs.size > 15, 'a whole request was compared');
  });
}

const sorted = (members: Members) => [...members].sort(([one], [other]) => (one < other ? -1 : 1));
