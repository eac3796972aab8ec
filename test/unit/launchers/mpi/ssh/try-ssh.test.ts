import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { tryHosts } from '../../../../../src/launchers/mpi/ssh/try-ssh.ts';
import { temporaryFolder } from '../../../../support/job.ts';

/** Enters hosts by a script in the place of `ssh`. */
function enter(t: TestContext, script: string, { limitMs = 60_000 } = {}) {
  const file = join(temporaryFolder(t), 'ssh');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  const description = { variables: { PATH: process.env['PATH'] } } as unknown as Parameters<typeof tryHosts>[1];
  return tryHosts(['algo-2', 'algo-3'], description, { command: [file], limitMs });
}

test('hosts that can be entered are no error', async (t) => {
  await enter(t, 'exit 0');
});

test('a host that refuses is an error with what ssh prints', async (t) => {
  const script = 'case "$*" in *algo-3*) echo "algo-3: Permission denied" >&2; exit 255;; esac';
  await assert.rejects(enter(t, script), { message: 'mpirun cannot reach algo-3 (algo-3: Permission denied)' });
});

test('a login that hangs is ended, and named', async (t) => {
  const script = 'case "$*" in *algo-2*) echo "Welcome" >&2; exec sleep 600;; esac';
  await assert.rejects(enter(t, script, { limitMs: 300 }), {
    message: 'mpirun cannot reach algo-2 (ssh did not end within 0.3 s: Welcome)',
  });
});
