import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type AwsOptions, readAwsSettings } from '../../../src/aws/aws-settings.ts';
import { credentialSource } from '../../../src/aws/credentials.ts';
import { isEndpointHere } from '../../../src/aws/is-endpoint-here.ts';
import { serviceEndpoint } from '../../../src/aws/service-endpoint.ts';
import { sessionVariables } from '../../../src/estimator/jobs/session-settings.ts';
import { temporaryFolder } from '../../support/job.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDENV', AWS_SECRET_ACCESS_KEY: 'secret' };

/** Options with these files of AWS. */
function filesOf(t: TestContext, config: string, credentials = ''): AwsOptions & { variables: Record<string, string> } {
  const dir = temporaryFolder(t);
  const [configFile, credentialsFile] = [join(dir, 'config'), join(dir, 'credentials')];
  writeFileSync(configFile, config);
  writeFileSync(credentialsFile, credentials);
  return { variables: { HOME: dir, AWS_CONFIG_FILE: configFile, AWS_SHARED_CREDENTIALS_FILE: credentialsFile } };
}

test('the region is that of the option, the variables or the profile, in this order', (t) => {
  const { variables } = filesOf(t, '[default]\nregion = us-west-1\n[profile work]\nregion = us-west-2\n');
  assert.equal(readAwsSettings({ variables }).region, 'us-west-1');
  assert.equal(readAwsSettings({ variables: { ...variables, AWS_PROFILE: 'work' } }).region, 'us-west-2');
  assert.equal(readAwsSettings({ variables, profile: 'work' }).region, 'us-west-2');
  const set = { ...variables, AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-2' };
  assert.equal(readAwsSettings({ variables: set, profile: 'work' }).region, 'eu-west-1');
  assert.equal(readAwsSettings({ variables: { ...set, AWS_REGION: '' } }).region, 'eu-west-2');
  assert.equal(readAwsSettings({ variables: set, region: 'ap-south-1' }).region, 'ap-south-1');
});

test('without a region, or with one that cannot be, nothing is opened', (t) => {
  const { variables } = filesOf(t, '');
  assert.throws(() => readAwsSettings({ variables }), { code: 'SETTING_INVALID', message: 'no AWS region is set' });
  for (const region of ['evil.example.com/', 'EU', 'a b', '-']) {
    assert.throws(() => readAwsSettings({ variables, region }), { code: 'SETTING_INVALID' }, region);
  }
});

test('keys of the environment win over AWS_PROFILE, and the option for a profile over both', async (t) => {
  const credentials = '[work]\naws_access_key_id = AKIDWORK\naws_secret_access_key = s\n';
  const { variables } = filesOf(t, '[default]\nregion = us-west-1\n', credentials);
  const both = { ...variables, ...KEYS, AWS_PROFILE: 'work', AWS_REGION: 'eu-west-1' };
  const keyOf = async (options: AwsOptions) => (await credentialSource(readAwsSettings(options))()).accessKeyId;
  assert.equal(await keyOf({ variables: both }), 'AKIDENV');
  assert.equal(await keyOf({ variables: both, profile: 'work' }), 'AKIDWORK');
  assert.equal(await keyOf({ variables: { ...both, AWS_ACCESS_KEY_ID: '' } }), 'AKIDWORK');
  assert.throws(() => readAwsSettings({ variables: { ...both, AWS_SECRET_ACCESS_KEY: '' } }), { code: 'AWS_REFUSED' });
});

test('credentials of a program that the profile names are used', async (t) => {
  const answer = '{"Version":1,"AccessKeyId":"AKIDPROGRAM","SecretAccessKey":"s"}';
  const { variables } = filesOf(t, `[profile tool]\nregion = us-west-1\ncredential_process = echo '${answer}'\n`);
  const settings = readAwsSettings({ variables: { ...variables, AWS_PROFILE: 'tool' } });
  assert.equal((await credentialSource(settings)()).accessKeyId, 'AKIDPROGRAM');
});

test('an endpoint is that of the option, the service, all services or the profile, in this order', async (t) => {
  const config = `[profile work]
region = us-west-2
endpoint_url = http://all.profile
services = mine
[services mine]
sagemaker =
  endpoint_url = http://sagemaker.profile
`;
  const { variables } = filesOf(t, config);
  const endpoint = (more: object, options: object = {}, service: 'sagemaker' | 'cloudwatch logs' = 'sagemaker') =>
    serviceEndpoint(
      service,
      readAwsSettings({ variables: { ...variables, AWS_PROFILE: 'work', ...more }, ...options }),
    );
  assert.equal(await endpoint({}), 'http://sagemaker.profile');
  assert.equal(await endpoint({}, {}, 'cloudwatch logs'), 'http://all.profile');
  assert.equal(await endpoint({ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }), undefined);
  const set = { AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: 'http://logs' };
  assert.equal(await endpoint(set), 'http://all');
  assert.equal(await endpoint(set, {}, 'cloudwatch logs'), 'http://logs');
  assert.equal(await endpoint(set, { endpointUrl: 'http://given' }), 'http://given');
  await assert.rejects(endpoint({ AWS_ENDPOINT_URL_SAGEMAKER: 'localhost:4566' }), { code: 'SETTING_INVALID' });
});

test('an endpoint on this machine is found in the variables and in the configuration files', async (t) => {
  const { variables } = filesOf(
    t,
    `[default]
endpoint_url = http://localhost:4566
[profile remote]
endpoint_url = http://sagemaker.example.com
[profile services]
services = own
[services own]
sagemaker =
  endpoint_url = http://127.0.0.1:4566
`,
  );
  const isHere = (more: Record<string, string> = {}, profile?: string) =>
    isEndpointHere({ variables: { ...variables, ...more }, profile });
  assert.equal(await isHere(), true);
  assert.equal(await isHere({ AWS_PROFILE: 'remote' }), false);
  assert.equal(await isHere({ AWS_PROFILE: 'remote' }, 'services'), true);
  assert.equal(await isHere({ AWS_ENDPOINT_URL: 'http://example.com' }), false);
  assert.equal(await isHere({ AWS_ENDPOINT_URL: 'http://[::1]:4566', AWS_PROFILE: 'remote' }), true);
  assert.equal(await isHere({ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }), false);
  await assert.rejects(isHere({ AWS_ENDPOINT_URL: 'localhost' }), { code: 'SETTING_INVALID' });
});

test('S3 of a session with a profile is at the endpoint of the profile', async (t) => {
  const { variables } = filesOf(t, '[profile work]\nendpoint_url = http://localhost:4566\n');
  const platform = {
    region: 'eu-west-1',
    credentials: async () => ({ accessKeyId: 'AKIDWORK', secretAccessKey: 's' }),
  };
  const found = await sessionVariables({ variables, baseDir: '/', profile: 'work' }, platform);
  assert.equal(found['AWS_ENDPOINT_URL_S3'], 'http://localhost:4566');
  assert.equal(found['AWS_ACCESS_KEY_ID'], 'AKIDWORK');
});
