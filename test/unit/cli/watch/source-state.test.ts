import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readState } from '../../../../src/cli/run/watch/source-state.ts';
import { temporaryFolder } from '../../../support/job.ts';

test('a folder whose entries cannot be looked at does not end the watch', (t) => {
  const root = temporaryFolder(t);
  writeFileSync(join(root, 'train.ts'), '');
  // Deeper than the longest path of a system call.
  const name = 'd'.repeat(200);
  const script = `for i in $(seq 30); do mkdir ${name} && cd ${name} || exit 1; done`;
  assert.equal(spawnSync('bash', ['-c', script], { cwd: root }).status, 0);
  try {
    const { files } = readState([{ path: root, isIgnored: () => false }]);
    assert.deepEqual([...files.keys()], [join(root, 'train.ts')]);
  } finally {
    // Node's own removal meets the same limit.
    spawnSync('rm', ['-rf', name], { cwd: root });
  }
});
