// Errors of AWS, as its services word them, and what optml says about them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainAwsError } from '../../../src/aws/aws-errors.ts';
import { readAwsSettings } from '../../../src/aws/aws-settings.ts';

const VARIABLES = { AWS_REGION: 'eu-west-1', AWS_PROFILE: 'work', HOME: '/nonexistent' };
const ROLE = 'arn:aws:iam::123456789012:role/training';

/** An error as the SDK throws it for an answer. */
function answer(name: string, message: string, status = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

function system(code: string, members: object = {}): Error {
  return Object.assign(new Error(code), { code, ...members });
}

function explained(error: Error, name = 'CreateTrainingJob') {
  const operation = { name, what: `do it with "job"`, permission: `sagemaker:${name}`, job: 'job' };
  return explainAwsError(error, { operation, settings: readAwsSettings({ variables: VARIABLES }), attempts: 1 });
}

const CASES: readonly (readonly [what: string, error: Error, code: string, fix: RegExp])[] = [
  [
    'no credentials',
    Object.assign(new Error('Could not load credentials from any providers'), { name: 'CredentialsProviderError' }),
    'AWS_REFUSED',
    /^Set AWS_PROFILE, or AWS_ACCESS_KEY_ID/,
  ],
  [
    'an unknown profile',
    Object.assign(
      new Error('Could not resolve credentials using profile: [work] in configuration/credentials file(s).'),
      {
        name: 'CredentialsProviderError',
      },
    ),
    'AWS_REFUSED',
    /^Check profile work in ~\/\.aws\/config/,
  ],
  [
    'an expired single sign-on',
    Object.assign(new Error('The SSO session associated with this profile has expired.'), {
      name: 'CredentialsProviderError',
    }),
    'AWS_REFUSED',
    /^Run "aws sso login --profile work"/,
  ],
  [
    'expired credentials',
    answer('ExpiredTokenException', 'The security token included in the request is expired'),
    'AWS_REFUSED',
    /^Renew the credentials/,
  ],
  [
    'an unknown key',
    answer('UnrecognizedClientException', 'The security token included in the request is invalid.'),
    'AWS_REFUSED',
    /region eu-west-1 enabled/,
  ],
  [
    'a wrong clock',
    answer('InvalidSignatureException', 'Signature expired: 20261130T000000Z is now earlier than 20261130T000500Z'),
    'AWS_REFUSED',
    /^Set the clock/,
  ],
  [
    'a wrong secret',
    answer(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided.',
    ),
    'AWS_REFUSED',
    /AWS_SECRET_ACCESS_KEY/,
  ],
  [
    'a missing permission',
    answer(
      'AccessDeniedException',
      'User: arn:aws:sts::123456789012:assumed-role/dev/me is not authorized to perform: sagemaker:CreateTrainingJob on resource: arn:aws:sagemaker:eu-west-1:123456789012:training-job/job because no identity-based policy allows the sagemaker:CreateTrainingJob action',
    ),
    'AWS_REFUSED',
    /^Allow arn:aws:sts::123456789012:assumed-role\/dev\/me sagemaker:CreateTrainingJob on arn:aws:sagemaker:\S+\/job\.$/,
  ],
  [
    'a role that may not be passed',
    answer(
      'AccessDeniedException',
      `User: arn:aws:iam::123456789012:user/me is not authorized to perform: iam:PassRole on resource: ${ROLE} with an explicit deny`,
    ),
    'AWS_REFUSED',
    /user\/me iam:PassRole on arn:aws:iam::123456789012:role\/training, and remove the policy that denies it\.$/,
  ],
  [
    'no quota',
    answer(
      'ResourceLimitExceeded',
      "The account-level service limit 'ml.p3.2xlarge for training job usage' is 0 Instances, with current utilization of 0 Instances and a request delta of 1 Instances.",
    ),
    'QUOTA_EXCEEDED',
    /"ml\.p3\.2xlarge for training job usage" in Service Quotas/,
  ],
  [
    'a role that SageMaker cannot assume',
    answer(
      'ValidationException',
      `Could not assume role ${ROLE}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`,
    ),
    'AWS_REFUSED',
    /^Check RoleArn: .*trust policy/,
  ],
  [
    'an image that is not in ECR',
    answer(
      'ValidationException',
      'TrainingImageConfig with TrainingRepositoryAccessMode set to VPC must be provided when using a training image from a private Docker registry.',
    ),
    'IMAGE_UNAVAILABLE',
    /^Push the image to Amazon ECR/,
  ],
  [
    'a repository that does not exist',
    answer(
      'ValidationException',
      'Cannot find repository: mine in registry ID: 123456789012 Please check if your ECR repository exists',
    ),
    'IMAGE_UNAVAILABLE',
    /^Push the image to that repository/,
  ],
  [
    'an image of another account',
    answer(
      'ValidationException',
      `Access denied for repository: theirs in registry ID: 210987654321. Please check if your ECR repository and image exist and role ${ROLE} has proper pull permissions`,
    ),
    'IMAGE_UNAVAILABLE',
    /repository policy too\.$/,
  ],
  [
    'a name in use',
    answer(
      'ResourceInUse',
      'Training job names must be unique within an AWS account and region, and a training job with this name already exists',
    ),
    'JOB_NAME_IN_USE',
    /^Choose another name/,
  ],
  [
    'a bucket of another region',
    answer(
      'ValidationException',
      'No S3 objects found under S3 URL "s3://theirs/data" given in input data source. Please ensure that the bucket exists in the selected region',
    ),
    'REQUEST_INVALID',
    /^Check that the bucket is in the region/,
  ],
  [
    'a value that breaks a rule',
    answer(
      'ValidationException',
      "1 validation error detected: Value '-1' at 'stoppingCondition.maxRuntimeInSeconds' failed to satisfy constraint",
    ),
    'REQUEST_INVALID',
    /^Correct what the service names/,
  ],
  ['throttling', answer('ThrottlingException', 'Rate exceeded'), 'AWS_FAILED', /^Try again in a few minutes/],
  [
    'a region that does not exist',
    system('ENOTFOUND', { hostname: 'api.sagemaker.eu-west-9.amazonaws.com' }),
    'AWS_FAILED',
    /there is no host api\.sagemaker\.eu-west-9\.amazonaws\.com\. Set AWS_REGION/,
  ],
  ['an endpoint without a server', system('ECONNREFUSED'), 'AWS_FAILED', /AWS_ENDPOINT_URL/],
];

for (const [what, error, code, fix] of CASES) {
  test(`${what}: says what to do`, () => {
    const shown = explained(error);
    assert.equal(shown.code, code);
    assert.match(shown.fix ?? '', fix);
    assert.doesNotMatch(shown.message, /\n/);
  });
}

test('a job that does not exist is not found, and one that has ended cannot be stopped', () => {
  const missing = answer('ValidationException', 'Requested resource not found.');
  assert.equal(explained(missing, 'DescribeTrainingJob').code, 'JOB_NOT_FOUND');
  const ended = answer(
    'ValidationException',
    'The request was rejected because the training job is in status Completed.',
  );
  const shown = explained(ended, 'StopTrainingJob');
  assert.deepEqual(
    [shown.code, shown.message],
    ['JOB_HAS_ENDED', 'training job "job" cannot be stopped: it is Completed'],
  );
});

test('what a service says is cut and put on one line', () => {
  const { message } = explained(answer('StrangeException', `a\n${'b'.repeat(5000)}`));
  assert.match(message, /^cannot do it with "job": StrangeException: a b+…$/);
  assert.ok(message.length < 1000);
});
