import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { credentialsFileOf, ownKeys } from '../../../../src/endpoint/credentials/credentials-file.ts';
import { makeEndpointDir } from '../../../../src/endpoint/endpoint-dir.ts';
import { ROOT, temporaryFolder } from '../../../support/job.ts';

const modeOf = (path: string) => statSync(path).mode & 0o777;

test('the first start makes credentials that only the user can read', (t) => {
  const home = join(temporaryFolder(t), 'home');
  const dir = makeEndpointDir({ OPTML_HOME: home });
  const keys = ownKeys(dir);
  assert.match(keys.accessKeyId, /^OPTML[A-Z2-7]{15}$/);
  assert.equal(keys.secretAccessKey.length, 40);
  assert.deepEqual([modeOf(dir), modeOf(credentialsFileOf(dir))], [0o700, 0o600]);
  assert.deepEqual(ownKeys(dir), keys);
  assert.deepEqual(readdirSync(dir), ['credentials']);
});

test('the user can choose the credentials, and the file is closed to others', (t) => {
  const dir = makeEndpointDir({ OPTML_HOME: temporaryFolder(t) });
  const file = credentialsFileOf(dir);
  writeFileSync(file, '[default]\naws_secret_access_key=my-own-secret\naws_access_key_id = mine\n');
  chmodSync(file, 0o644);
  assert.deepEqual(ownKeys(dir), { accessKeyId: 'mine', secretAccessKey: 'my-own-secret' });
  assert.equal(modeOf(file), 0o600);
});

test('a file without a pair of keys is an error that names it', (t) => {
  const dir = makeEndpointDir({ OPTML_HOME: temporaryFolder(t) });
  const file = credentialsFileOf(dir);
  for (const content of [
    '',
    'aws_access_key_id = mine\n',
    'aws_access_key_id = mine\naws_secret_access_key = short\n',
  ]) {
    writeFileSync(file, content);
    assert.throws(() => ownKeys(dir), { code: 'SETTING_INVALID', where: file });
    assert.equal(readFileSync(file, 'utf8'), content);
  }
});

test('endpoints that start at the same time agree on the same credentials', async (t) => {
  const dir = makeEndpointDir({ OPTML_HOME: temporaryFolder(t) });
  const source = join(ROOT, 'src/endpoint/credentials/credentials-file.ts');
  const program = `import { ownKeys } from ${JSON.stringify(source)}; console.log(JSON.stringify(ownKeys(${JSON.stringify(dir)})));`;
  const run = () =>
    promisify(execFile)(
      process.execPath,
      ['--conditions=optml-source', '--import', 'tsx', '--input-type=module', '-e', program],
      { cwd: ROOT },
    );
  const outputs = await Promise.all([run(), run(), run(), run()]);
  assert.equal(new Set(outputs.map(({ stdout }) => stdout)).size, 1);
  assert.deepEqual(readdirSync(dir), ['credentials']);
});
