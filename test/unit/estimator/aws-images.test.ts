import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { awsImage } from '../../../src/estimator/presets/aws-images.ts';
import { awsClients } from '../../support/aws-clients.ts';

const CLIENTS = awsClients();
const skip = CLIENTS === undefined && 'the SageMaker Python SDK is not installed: run test/clients/setup';
const CONFIGS = 'v2/lib/python3.11/site-packages/sagemaker/image_uri_config';

const REPOSITORIES = [
  ['pytorch-training', 'pytorch', '2.8.0'],
  ['sagemaker-scikit-learn', 'sklearn', '1.4-2'],
  ['sagemaker-xgboost', 'xgboost', '1.7-1'],
] as const;

for (const [repository, file, version] of REPOSITORIES) {
  test(`images ${repository} are in the accounts that the Python SDK names`, { skip }, () => {
    const config = JSON.parse(readFileSync(join(CLIENTS ?? '', CONFIGS, `${file}.json`), 'utf8'));
    const registries: Readonly<Record<string, string>> = config.training.versions[version].registries;
    assert.ok(Object.keys(registries).length > 30);
    for (const [region, account] of Object.entries(registries)) {
      assert.ok(awsImage(repository, region, 'x').startsWith(`${account}.dkr.ecr.${region}.`), region);
    }
  });
}

test('regions of other partitions have their own domains', () => {
  assert.equal(
    awsImage('sagemaker-xgboost', 'cn-north-1', '1.7-1'),
    '450853457545.dkr.ecr.cn-north-1.amazonaws.com.cn/sagemaker-xgboost:1.7-1',
  );
  assert.match(awsImage('sagemaker-xgboost', 'us-isob-east-1', '1'), /\.us-isob-east-1\.sc2s\.sgov\.gov\//);
});
