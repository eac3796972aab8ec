import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { whyNoMounts } from '../support/fakes.ts';
import { makeJob, runJob, TRAIN, temporaryFolder } from '../support/job.ts';

const MISSING = ['no-such-host-1.invalid', 'no-such-host-2.invalid'];
const SPEC = {
  program: 'train.sh',
  resourceConfig: { current_host: 'localhost', hosts: ['localhost', ...MISSING] },
  files: { 'code/train.sh': 'echo ran\n' },
};

test('hosts that do not resolve in time are an error naming only those, progress is logged (C30)', async (t) => {
  const result = await runJob(t, SPEC, { OPTML_HOST_WAIT_SECONDS: '1' });
  assert.equal(result.code, 1);
  assert.equal(result.stdout, '');
  assert.match(
    result.failure ?? '',
    /^InfrastructureError HOSTS_UNRESOLVED: 2 of 3 hosts did not resolve within 1 s: no-such-host-1\.invalid, no-such-host-2\.invalid\n/,
  );
  assert.match(result.failure ?? '', /^Fix: Check that the containers share a network/m);
  assert.match(
    result.stderr,
    /Waiting for 2 of 3 hosts to resolve: no-such-host-1\.invalid, no-such-host-2\.invalid \(1 s left\)/,
  );
});

for (const value of ['true', 'True', 'TRUE']) {
  test(`SM_STUDIO_LOCAL_MODE=${value} skips the wait (C30)`, async (t) => {
    const result = await runJob(t, SPEC, { OPTML_HOST_WAIT_SECONDS: '0', SM_STUDIO_LOCAL_MODE: value });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, 'ran\n');
  });
}

test('another value of SM_STUDIO_LOCAL_MODE does not skip it', async (t) => {
  const result = await runJob(t, SPEC, { OPTML_HOST_WAIT_SECONDS: '0', SM_STUDIO_LOCAL_MODE: '1' });
  assert.match(result.failure ?? '', /HOSTS_UNRESOLVED/);
});

for (const [what, name] of [
  ['a NUL character', 'algo\0-2'],
  ['a slash', 'algo/2'],
  ['a line break', 'algo-2\n'],
  ['254 characters', `${'a'.repeat(63)}.`.repeat(4).slice(0, 254)],
  ['an empty part', 'algo..2'],
  ['no character', ''],
] as const) {
  test(`a host name with ${what} is refused without a wait`, async (t) => {
    const resourceConfig = { current_host: 'localhost', hosts: ['localhost', name] };
    const result = await runJob(t, { ...SPEC, resourceConfig });
    assert.equal(result.code, 1);
    assert.match(result.failure ?? '', /^InfrastructureError HOSTS_UNRESOLVED: these host names cannot resolve: "/);
    assert.match(result.failure ?? '', /^Where: input\/config\/resourceconfig\.json, field hosts/m);
  });
}

test('the only host of a plain process is not waited for', async (t) => {
  const [name] = MISSING;
  const result = await runJob(t, { ...SPEC, resourceConfig: { current_host: name, hosts: [name] } });
  assert.deepEqual([result.code, result.stdout], [0, 'ran\n'], result.stderr);
});

test('a host that resolves later is waited for (C30)', { skip: whyNoMounts() }, async (t) => {
  const base = makeJob(t, {
    ...SPEC,
    resourceConfig: { current_host: 'localhost', hosts: ['localhost', 'algo-late.invalid'] },
  });
  const hosts = join(temporaryFolder(t), 'hosts');
  writeFileSync(hosts, readFileSync('/etc/hosts'));
  const child = spawn(
    'unshare',
    ['-m', 'sh', '-c', `mount --bind '${hosts}' /etc/hosts && exec '${process.execPath}' '${TRAIN}'`],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: base,
        SAGEMAKER_BASE_DIR: base,
        OPTML_PACKAGE: 'never',
        OPTML_HOST_WAIT_SECONDS: '60',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  let isThere = false;
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk;
    if (isThere || !output.includes('Waiting for 1 of 2 hosts to resolve: algo-late.invalid')) return;
    isThere = true;
    appendFileSync(hosts, '\n127.0.0.1 algo-late.invalid\n');
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  assert.equal(code, 0, output);
  assert.equal(isThere, true);
  assert.match(output, /^ran$/m);
});
