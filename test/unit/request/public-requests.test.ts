import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { isOptmlError } from '../../../src/errors/error.ts';
import { prepareRequest } from '../../../src/local/prepare-request.ts';
import { readRequest, readRequestFile } from '../../../src/request/read-request.ts';
import { ROOT, temporaryFolder } from '../../support/job.ts';

const REQUESTS = join(ROOT, 'test/fixtures/requests');
const FILES = readdirSync(REQUESTS);

const valid = () => readRequest(join(REQUESTS, 'boosted-trees.json'));

/** `message | fix` of the error for a file with this content. */
async function refusal(t: TestContext, content: unknown, name = 'document.json'): Promise<string> {
  const file = join(temporaryFolder(t), name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  try {
    prepareRequest(await readRequest(file), { where: name, baseDir: '/', isAsPlatform: true });
  } catch (error) {
    assert.ok(isOptmlError(error) && error.code === 'REQUEST_INVALID');
    return `${error.message.replace(`${file}: `, '').replace(file, '')} | ${error.fix}`;
  }
  return 'no error';
}

describe('requests of the kinds that users publish', () => {
  test('are at least twelve', () => assert.ok(FILES.length >= 12));

  for (const file of FILES) {
    test(`are valid, for the platform and here: ${file}`, async () => {
      const { value, scalars } = await readRequestFile(join(REQUESTS, file));
      for (const isAsPlatform of [true, false]) {
        const request = prepareRequest(value, { where: file, baseDir: '/', isAsPlatform, scalars });
        assert.match(request.TrainingJobName, /-\d/);
      }
    });
  }
});

describe('a document around a request is named, with the way to the request', () => {
  const SAVE = 'Save that part in a file of its own.';

  test('a Step Functions definition, also with computed members and nested states', async (t) => {
    const Parameters = await valid();
    const task = { Type: 'Task', Resource: 'arn:aws:states:::sagemaker:createTrainingJob.sync', Parameters };
    assert.equal(
      await refusal(t, { StartAt: 'Train', States: { Train: task } }),
      `this is a Step Functions definition: the request is at States.Train.Parameters | ${SAVE}`,
    );
    const { TrainingJobName: _, ...computed } = Parameters as Record<string, unknown>;
    const branch = {
      StartAt: 'Train it',
      States: { 'Train it': { Arguments: { ...computed, 'TrainingJobName.$': '$.name' } } },
    };
    assert.equal(
      await refusal(t, { StartAt: 'All', States: { All: { Type: 'Parallel', Branches: [branch] } } }),
      `this is a Step Functions definition: the request is at States.All.Branches[0].States["Train it"].Arguments | ${SAVE} Replace each member whose name ends in ".$" by one with a value.`,
    );
  });

  test('a CloudFormation template, also with the request as text, and by its tags', async (t) => {
    const definition = JSON.stringify({ States: { Train: { Parameters: await valid() } } });
    const machine = { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString: definition } };
    assert.equal(
      await refusal(t, { AWSTemplateFormatVersion: '2010-09-09', Resources: { Machine: machine } }),
      `this is a CloudFormation template: the request is at Resources.Machine.Properties.DefinitionString (as text).States.Train.Parameters | ${SAVE}`,
    );
    assert.equal(
      await refusal(t, { Resources: { Bucket: { Type: 'AWS::S3::Bucket' } } }),
      'this is a CloudFormation template, and no CreateTrainingJob request is in it | Write the request to a file of its own; "optml init" writes an example.',
    );
    assert.equal(
      await refusal(t, 'RoleArn: !GetAtt Role.Arn\n', 'template.yaml'),
      ', line 1, column 10: Unresolved tag: !GetAtt, a tag of CloudFormation templates | Save the request of the training job alone, with values instead of such tags.',
    );
  });

  test('a Terraform configuration in JSON and in its own language', async (t) => {
    const job = { training_job_name: 'job', algorithm_specification: {}, role_arn: 'role', resource_config: {} };
    assert.equal(
      await refusal(t, { resource: { aws_sagemaker_training_job: { this: job } } }),
      `this is a Terraform configuration: the request is at resource.aws_sagemaker_training_job.this | ${SAVE} Write all names as CreateTrainingJob does: TrainingJobName instead of training_job_name.`,
    );
    assert.equal(
      await refusal(t, 'locals { a = 1 }\nresource "aws_sfn_state_machine" "train" {\n}\n'),
      'this is a Terraform configuration | Write the request as JSON or YAML.',
    );
  });

  test('dumps of SDKs: an HTTP request, a log, the definition of a pipeline', async (t) => {
    const body = JSON.stringify(await valid());
    assert.equal(
      await refusal(t, { url_path: '/', headers: { 'X-Amz-Target': 'SageMaker.CreateTrainingJob' }, body }),
      `this is an HTTP request of an AWS SDK: the request is at body (as text) | ${SAVE}`,
    );
    assert.equal(
      await refusal(t, `INFO:sagemaker:Creating training-job\nDEBUG:sagemaker:train request: ${body}\n`),
      ', line 2, column 32: this is the log of an SDK: a request starts in this line | Save the request alone, from its first brace to its last, as JSON.',
    );
    assert.equal(
      await refusal(t, {
        Version: '2020-12-01',
        Steps: [{ Name: 'A' }, { Type: 'Training', Arguments: await valid() }],
      }),
      `this is the definition of a SageMaker pipeline: the request is at Steps[1].Arguments | ${SAVE}`,
    );
  });

  test('a program', async (t) => {
    assert.equal(
      await refusal(t, 'console.log(1);\n', 'train.ts'),
      'this is a program, not the request of a training job | Run a program with: optml run --source DIR --program FILE',
    );
  });

  test('any other document', async (t) => {
    assert.equal(
      await refusal(t, { jobs: [{ Training: await valid() }] }),
      `this is a document around a request: the request is at jobs[0].Training | ${SAVE}`,
    );
  });

  test('the answer of DescribeTrainingJob, with all other mistakes', async (t) => {
    const answer = {
      ...((await valid()) as object),
      TrainingJobArn: 'arn',
      TrainingJobStatus: 'Completed',
      Hyperparameters: {},
    };
    const [message = ''] = (await refusal(t, answer)).split(' | ');
    assert.deepEqual(message.split('\n'), [
      '2 validation errors detected:',
      '  (request): this is the answer of DescribeTrainingJob, which has more members than the request. Leave out TrainingJobArn, TrainingJobStatus.',
      '  Hyperparameters: CreateTrainingJob has no such member. Did you mean "HyperParameters"?',
    ]);
  });
});
