import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { readRegularFile } from '../../../src/job-tree/input/regular-file.ts';
import { temporaryFolder } from '../../support/job.ts';

test('a regular file is read up to the limit', (t) => {
  const file = join(temporaryFolder(t), 'file');
  writeFileSync(file, 'größe');
  assert.equal(readRegularFile(file, 7), 'größe');
  assert.equal(readRegularFile(file, 6), undefined);
});

test('a missing file, a folder, a link, a named pipe, a socket and a device are no regular files', async (t) => {
  const dir = temporaryFolder(t);
  const at = (name: string) => join(dir, name);
  writeFileSync(at('file'), 'text');
  mkdirSync(at('folder'));
  symlinkSync('file', at('link'));
  symlinkSync('loop', at('loop'));
  symlinkSync('/dev/zero', at('endless'));
  execFileSync('mkfifo', [at('pipe')]);
  const server = createServer().listen(at('socket'));
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  for (const name of ['missing', 'file/below', 'folder', 'link', 'loop', 'endless', 'pipe', 'socket']) {
    assert.equal(readRegularFile(at(name), 100), undefined, name);
  }
  assert.equal(readRegularFile('/dev/zero', 100), undefined);
});
