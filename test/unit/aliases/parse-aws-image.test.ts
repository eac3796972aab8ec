// Names of images in AWS's own accounts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAwsImage } from '../../../src/aliases/parse-aws-image.ts';

const REGISTRIES = [
  ['683313688378.dkr.ecr.us-east-1.amazonaws.com', 'us-east-1'],
  ['683313688378.dkr.ecr-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ['451049120500.dkr.ecr.cn-northwest-1.amazonaws.com.cn', 'cn-northwest-1'],
  ['833128469047.dkr.ecr.us-iso-east-1.c2s.ic.gov', 'us-iso-east-1'],
  ['281123927165.dkr.ecr.us-isob-east-1.sc2s.sgov.gov', 'us-isob-east-1'],
  ['108575199400.dkr.ecr.us-isof-east-1.csp.hci.ic.gov', 'us-isof-east-1'],
  ['683313688378.dkr.ecr.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
  ['683313688378.dkr-ecr.eu-west-1.on.aws', 'eu-west-1'],
] as const;

test('an image of AWS has an account, a region, a repository and a tag in every partition', () => {
  for (const [registry, region] of REGISTRIES) {
    const account = registry.slice(0, 12);
    const expected = { account, region, repository: 'sagemaker-xgboost', tag: '1.7-1' };
    assert.deepEqual(parseAwsImage(`${registry}/sagemaker-xgboost:1.7-1`), expected, registry);
  }
});

test('an image of AWS may be named by its digest', () => {
  const name = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost';
  const digest = `@sha256:${'0f'.repeat(32)}`;
  assert.equal(parseAwsImage(`${name}${digest}`)?.tag, '');
  assert.equal(parseAwsImage(`${name}:1.5-1${digest}`)?.tag, '1.5-1');
});

test('other names are no images of AWS', () => {
  for (const name of [
    '',
    'sagemaker-xgboost:1.7-1',
    '683313688378.dkr.ecr.us-east-1.amazonaws.com',
    '683313688378.dkr.ecr.us-east-1.amazonaws.com/',
    '683313688378.dkr.ecr.us-east-1.amazonaws.com.evil.example/sagemaker-xgboost:1.7-1',
    '683313688378.dkr.ecr.us-east-1.example.com/sagemaker-xgboost:1.7-1',
    '683313688378xdkrxecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1',
    '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1 ',
    '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost@sha256:12',
    'public.ecr.aws/docker/library/python:3.11',
  ]) {
    assert.equal(parseAwsImage(name), undefined, name);
  }
});

test("an image in a user's own registry is the user's, whatever its name", () => {
  assert.equal(parseAwsImage('123456789012.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1'), undefined);
});
