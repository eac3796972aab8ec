// A machine whose own disk is full says nothing about an image. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withDisk } from '../support/disks.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';

test('optml validate ends with exit code 3 when the prepared jobs fill the disk', async (t) => {
  const dir = temporaryFolder(t);
  const home = join(dir, 'home');
  mkdirSync(home);
  writeFileSync(join(dir, 'train'), '#!/bin/sh\nhead -c 2000000 /dev/zero > "$SAGEMAKER_BASE_DIR/model/weights"\n');
  chmodSync(join(dir, 'train'), 0o755);
  await withDisk(t, home, 'size=1m', async () => {
    const command = [join(ROOT, 'dist', 'bin', 'optml.cjs'), 'validate', '--command', './train'];
    const env = { PATH: process.env['PATH'], HOME: dir, OPTML_HOME: home };
    const { status, stderr } = spawnSync(process.execPath, command, { cwd: dir, env, encoding: 'utf8' });
    assert.equal(status, 3, stderr);
    assert.match(
      stderr,
      /^InfrastructureError DISK_WRITE_FAILED: the prepared jobs were stopped before they fill the disk: /m,
    );
    assert.deepEqual(readdirSync(join(home, 'validate')), []);
  });
});
