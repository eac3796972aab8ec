// One job of ModelTrainer of the SageMaker Python SDK 3, unchanged. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pythonPackages } from '../support/frameworks/python-packages.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { codeBlocks } from '../support/pages.ts';
import { runWords } from '../support/run.ts';
import { whyNoNamespaces } from '../support/why-no-namespaces.ts';
import { checkEntryScript } from './model-trainer-jobs.ts';

test(
  'ModelTrainer with an entry script, hyperparameters of all kinds and a channel',
  { skip: whyNoNamespaces() },
  (t) => checkEntryScript(t, {}),
);

const CALL = `
import boto3
session = boto3.Session("key", "secret", region_name="us-east-1")
save_request(session, "job.json")
session.client("sagemaker").create_training_job(TrainingJobName="saved")`;

test('the function of docs/sdk-jobs.md saves the request of CreateTrainingJob, and ends the program', async (t) => {
  const bin = pythonPackages(t, 'sdk-v3');
  if (bin === undefined) return;
  const [save = ''] = codeBlocks(readFileSync(join(ROOT, 'docs', 'sdk-jobs.md'), 'utf8'), 'python');
  const cwd = temporaryFolder(t);
  const { stderr } = await runWords(t, [join(bin, 'python'), '-c', save + CALL], { cwd });
  assert.equal(stderr, 'The request is in job.json\n');
  assert.deepEqual(JSON.parse(readFileSync(join(cwd, 'job.json'), 'utf8')), { TrainingJobName: 'saved' });
});
