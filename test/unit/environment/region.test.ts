import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { defaultRegion, requestRegion } from '../../../src/environment/region.ts';
import { temporaryFolder } from '../../support/job.ts';

function home(t: TestContext, files: { readonly config?: string; readonly credentials?: string }): string {
  const dir = temporaryFolder(t);
  mkdirSync(join(dir, '.aws'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, '.aws', name), content);
  return dir;
}

const CONFIG =
  '# a comment\n[default]\nregion = eu-west-1\noutput = json\n\n[profile "team one"]\r\nREGION: us-east-2 \r\n[other]\nregion = no\n';

test('AWS_DEFAULT_REGION wins, also empty; AWS_REGION is not looked at', (t) => {
  const HOME = home(t, { config: CONFIG });
  assert.equal(defaultRegion({ HOME, AWS_DEFAULT_REGION: 'us-west-2', AWS_REGION: 'x' }), 'us-west-2');
  assert.equal(defaultRegion({ HOME, AWS_DEFAULT_REGION: '' }), '');
  assert.equal(defaultRegion({ HOME, AWS_REGION: 'x' }), 'eu-west-1');
});

test('a profile other than default has its section with the word profile', (t) => {
  const HOME = home(t, { config: CONFIG });
  assert.equal(defaultRegion({ HOME, AWS_PROFILE: 'team one' }), 'us-east-2');
  assert.equal(defaultRegion({ HOME, AWS_DEFAULT_PROFILE: 'team one', AWS_PROFILE: 'default' }), 'us-east-2');
  assert.equal(defaultRegion({ HOME, AWS_PROFILE: 'other' }), undefined);
});

test('a region in the credentials file comes first', (t) => {
  const HOME = home(t, { config: CONFIG, credentials: '[default]\nregion=ap-south-1\n' });
  assert.equal(defaultRegion({ HOME }), 'ap-south-1');
  assert.equal(defaultRegion({ HOME, AWS_SHARED_CREDENTIALS_FILE: join(HOME, 'none') }), 'eu-west-1');
});

test('the files may be named, also from the home folder, and need not exist', (t) => {
  const HOME = home(t, {});
  writeFileSync(join(HOME, 'mine'), '[default]\nregion=sa-east-1\n');
  assert.equal(defaultRegion({ HOME, AWS_CONFIG_FILE: '~/mine' }), 'sa-east-1');
  assert.equal(defaultRegion({ HOME }), undefined);
  assert.equal(defaultRegion({ HOME: join(HOME, 'no', 'home') }), undefined);
});

test('AWS is asked in AWS_REGION, else SAGEMAKER_REGION, else where boto3 would ask; empty ones do not count', (t) => {
  const HOME = home(t, { config: CONFIG });
  assert.equal(requestRegion({ HOME, AWS_REGION: 'us-west-2', SAGEMAKER_REGION: 'x' }), 'us-west-2');
  assert.equal(requestRegion({ HOME, AWS_REGION: '', SAGEMAKER_REGION: 'us-west-1' }), 'us-west-1');
  assert.equal(requestRegion({ HOME }), 'eu-west-1');
  assert.equal(requestRegion({ HOME: temporaryFolder(t) }), 'us-east-1');
});
