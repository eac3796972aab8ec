// The SDK's standard chain finds credentials wherever they are: its providers are a bundle of their own. As built: `npm
// run build` first.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ROOT, temporaryFolder } from '../support/job.ts';

const BUNDLE = join(ROOT, 'dist', 'lazy', 'storage', 's3.cjs');
const SCRIPT = `require(process.argv[1]).resolveCredentials(process.env).then((found) => console.log(JSON.stringify(found)))`;
const FAR = '2100-01-01T00:00:00Z';

/** What the chain finds in an environment that holds nothing else, with a home of its own. */
async function resolve(home: string, variables: NodeJS.ProcessEnv): Promise<unknown> {
  const env = { PATH: process.env['PATH'], HOME: home, AWS_REGION: 'eu-west-1', AWS_EC2_METADATA_DISABLED: 'true' };
  const child = spawn(process.execPath, ['-e', SCRIPT, BUNDLE], { env: { ...env, ...variables } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise((done) => child.once('close', done));
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

function writeConfig(t: TestContext, config: string): string {
  const home = temporaryFolder(t);
  mkdirSync(join(home, '.aws'));
  writeFileSync(join(home, '.aws', 'config'), config);
  return home;
}

/** A stand-in for the services that give credentials: answers every request with `body`. */
async function serveFake(t: TestContext, body: string): Promise<{ readonly url: string; readonly paths: string[] }> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    request.resume().on('end', () => response.end(body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths };
}

const KEYS = { AccessKeyId: 'id', SecretAccessKey: 'secret' };
const FOUND = { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' };

test('credentials of a program that a profile names', async (t) => {
  const answer = JSON.stringify({ Version: 1, ...KEYS, SessionToken: 'token', Expiration: FAR });
  const home = writeConfig(t, `[profile mine]\ncredential_process = echo '${answer}'\n`);
  assert.deepEqual(await resolve(home, { AWS_PROFILE: 'mine' }), FOUND);
});

test("credentials of a container's role", async (t) => {
  const { url, paths } = await serveFake(t, JSON.stringify({ ...KEYS, Token: 'token', Expiration: FAR }));
  const variables = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/role` };
  assert.deepEqual(await resolve(temporaryFolder(t), variables), FOUND);
  assert.deepEqual(paths, ['/role']);
});

test('credentials for a web identity', async (t) => {
  const { url } = await serveFake(
    t,
    `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>id</AccessKeyId>
<SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>${FAR}</Expiration></Credentials>
</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
  );
  const home = temporaryFolder(t);
  writeFileSync(join(home, 'identity'), 'who');
  const variables = {
    AWS_WEB_IDENTITY_TOKEN_FILE: join(home, 'identity'),
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/r',
    AWS_ENDPOINT_URL_STS: url,
  };
  assert.deepEqual(await resolve(home, variables), FOUND);
});

test('credentials of single sign-on', async (t) => {
  const keys = { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token', expiration: Date.parse(FAR) };
  const { url } = await serveFake(t, JSON.stringify({ roleCredentials: keys }));
  const start = 'https://example.invalid/start';
  const home = writeConfig(
    t,
    `[profile mine]\nsso_start_url = ${start}\nsso_region = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = r\n`,
  );
  const cache = join(home, '.aws', 'sso', 'cache');
  mkdirSync(cache, { recursive: true });
  const name = `${createHash('sha1').update(start).digest('hex')}.json`;
  writeFileSync(join(cache, name), JSON.stringify({ accessToken: 'who', expiresAt: FAR }));
  assert.deepEqual(await resolve(home, { AWS_PROFILE: 'mine', AWS_ENDPOINT_URL_SSO: url }), FOUND);
});
