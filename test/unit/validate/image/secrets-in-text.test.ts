import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isSecretVariable,
  maySecretsLieIn,
  secretIn,
  secretsInStep,
} from '../../../../src/validate/image/secrets-in-text.ts';

// Put together here, so that no one takes them for real ones.
const SECRET = 'n0tReal'.repeat(6).slice(0, 40);
const KEY_ID = `AKIA${'NOTREALNOTREALXX'}`;
const PRIVATE = `-----BEGIN RSA ${'PRIVATE'} KEY-----\nMIIE\n`;

test("credentials are found where programs keep them, and in files of one's own", () => {
  const cases: ReadonlyArray<readonly [path: string, text: string, what: RegExp]> = [
    ['/root/.aws/credentials', `[default]\naws_secret_access_key = ${SECRET}\n`, /secret access key of AWS/],
    ['/root/.npmrc', '//r.example.com/:_authToken=npm-not-a-token\n', /npm/],
    ['/root/.pypirc', '[pypi]\nusername = me\npassword = not-a-password\n', /Python/],
    ['/etc/pip.conf', '[global]\nindex-url = https://me:not-a-token@pypi.example.com/simple\n', /Python/],
    ['/root/.netrc', 'machine example.com login me password not-a-password', /password/],
    ['/root/.git-credentials', 'https://me:not-a-token@git.example.com', /git/],
    ['/root/.docker/config.json', '{"auths": {"r": {"auth": "bm90LXJlYWw="}}}', /registry/],
    ['/opt/program/train.py', `KEY = "${KEY_ID}"`, /id of an access key/],
    ['/opt/ml/code/.env', `AWS_SECRET_ACCESS_KEY=${SECRET}`, /secret access key/],
    ['/root/.ssh/id_rsa', PRIVATE, /private key/],
    ['/app/server.key', PRIVATE, /private key/],
  ];
  for (const [path, text, what] of cases) {
    assert.ok(maySecretsLieIn(path), path);
    assert.match(secretIn(path, text) ?? '', what, path);
  }
});

test('what only looks like a credential is none', () => {
  const cases: ReadonlyArray<readonly [path: string, text: string]> = [
    ['/root/.npmrc', '//r.example.com/:_authToken=\u0024{NPM_TOKEN}\nregistry=https://r.example.com\n'],
    ['/root/.npmrc', '; _authToken=\n'],
    ['/root/.pypirc', '[pypi]\nusername = __token__\npassword = \u0024{TOKEN}\n'],
    ['/etc/pip.conf', '[global]\nindex-url = https://pypi.example.com/simple\n'],
    ['/etc/pip.conf', 'index-url = https://\u0024{USER}:\u0024{TOKEN}@pypi.example.com/simple\n'],
    ['/root/.aws/config', '[default]\nregion = eu-west-1\n'],
    ['/opt/program/train.py', 'aws_secret_access_key = os.environ["AWS_SECRET_ACCESS_KEY"]'],
    ['/opt/program/train.py', 'KEY = "AKIAIOSFODNN7EXAMPLE"  # from the documentation'],
    ['/app/public.pem', '-----BEGIN CERTIFICATE-----\nMIIE\n'],
  ];
  for (const [path, text] of cases) assert.equal(secretIn(path, text), undefined, `${path}: ${text}`);
});

test('keys of the system and of packages are not even read', () => {
  for (const path of [
    '/etc/ssh/ssh_host_rsa_key',
    '/etc/ssl/private/ssl-cert-snakeoil.key',
    '/usr/lib/python3/test/keycert.pem',
    '/usr/local/lib/node_modules/x/test/key.pem',
    '/app/node_modules/agent-base/test/ssl-cert-snakeoil.key',
    '/opt/venv/lib/python3.12/site-packages/tornado/test/test.key',
    '/app/tests/key.pem',
  ]) {
    assert.ok(!maySecretsLieIn(path), path);
  }
});

test('variables are credentials by well-known names or their own shape; public keys and paths are none', () => {
  assert.ok(isSecretVariable('AWS_SECRET_ACCESS_KEY', SECRET));
  assert.ok(isSecretVariable('HF_TOKEN', 'not-a-real-token'));
  for (const name of ['DB_PASSWORD', 'STRIPE_API_KEY', 'SLACK_BOT_TOKEN', 'client_secret', 'AZURE_CLIENT_SECRET']) {
    assert.ok(isSecretVariable(name, 'not-a-real-one'), name);
  }
  assert.ok(isSecretVariable('ANYTHING', KEY_ID));
  assert.ok(isSecretVariable('INDEX', 'https://me:not-a-token@pypi.example.com/simple'));
  for (const [name, value] of [
    ['GPG_KEY', 'A035C8C19219BA821ECEA86B64E628F8D684696D'],
    ['SSH_KEY_PATH', '/root/.ssh/id_rsa'],
    ['PRIVATE_KEY', '/run/secrets/key'],
    ['TOKEN', 'https://tokens.example.com/new'],
    ['MAX_TOKEN', '1000000000'],
    ['CSRF_TOKEN', 'disabled'],
    ['SORT_KEY', 'created_at'],
    ['PASSWORD_FILE', 'etc/password'],
    ['TOKENIZERS_PARALLELISM', 'false'],
    ['NPM_TOKEN', ''],
    ['NPM_TOKEN', '\u0024{NPM_TOKEN}'],
    ['AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE'],
  ] as const) {
    assert.ok(!isSecretVariable(name, value), name);
  }
});

test('arguments of a build step are looked at', () => {
  assert.deepEqual(secretsInStep('RUN |1 NPM_TOKEN=not-a-real-token /bin/sh -c npm ci # buildkit'), ['NPM_TOKEN']);
  assert.deepEqual(secretsInStep('RUN /bin/sh -c pip install -i https://me:not-a-token@p.example.com/simple x'), [
    'a credential',
  ]);
  assert.deepEqual(secretsInStep('RUN /bin/sh -c apt-get update && apt-get install -y python3'), []);
  assert.deepEqual(secretsInStep('/bin/sh -c #(nop) COPY file:0123456789abcdef in /usr/local/bin/'), []);
});

test('files without end of line, or of empty lines alone, are searched in a moment', () => {
  const start = performance.now();
  for (const text of ['\n'.repeat(256 * 1024), ' '.repeat(256 * 1024), 'http://'.repeat(32 * 1024)]) {
    for (const path of ['/root/.pypirc', '/etc/pip.conf', '/root/.npmrc', '/app/train.py']) {
      assert.equal(secretIn(path, text), undefined);
    }
  }
  assert.ok(performance.now() - start < 5000);
});
