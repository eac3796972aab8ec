import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { waitFor } from '../support/processes.ts';
import { runWords } from '../support/run.ts';

const OPTML = join(ROOT, 'dist', 'bin', 'optml.cjs');

function folder(t: TestContext): string {
  const cwd = temporaryFolder(t);
  mkdirSync(join(cwd, 'model', 'sub'), { recursive: true });
  writeFileSync(join(cwd, 'model', 'sub', 'weights'), 'weights');
  return cwd;
}

const optml = (t: TestContext, cwd: string, ...args: string[]) =>
  runWords(t, [process.execPath, OPTML, ...args], { cwd });

test('a folder is packed and unpacked again', async (t) => {
  const cwd = folder(t);
  const packed = await optml(t, cwd, 'pack', 'model');
  assert.deepEqual([packed.code, packed.stderr], [0, '']);
  const { length } = readFileSync(join(cwd, 'model.tar.gz'));
  assert.equal(packed.stdout, `${join(cwd, 'model.tar.gz')} (2 entries, ${length} bytes)\n`);
  const unpacked = await optml(t, cwd, 'unpack', 'model.tar.gz', 'copy');
  assert.deepEqual([unpacked.code, unpacked.stdout], [0, `${join(cwd, 'copy')} (2 entries, 7 bytes)\n`]);
  assert.equal(readFileSync(join(cwd, 'copy', 'sub', 'weights'), 'utf8'), 'weights');
});

test('mistakes are reported with what to do, without a stack', async (t) => {
  const cwd = folder(t);
  const none = await optml(t, cwd, 'pack', 'modle', '-o', 'x.tar.gz');
  assert.deepEqual(
    [none.code, none.stderr.split('\n')[0]],
    [1, `UserError SOURCE_NOT_FOUND: there is no folder ${join(cwd, 'modle')} to pack`],
  );
  const full = await optml(t, cwd, 'unpack', 'model/sub/weights', 'model');
  assert.match(full.stderr, /^UserError DESTINATION_INVALID: expected an empty or new folder, and \S+ holds "sub"\n/);
  const bytes = await optml(t, cwd, 'unpack', '--max-bytes', 'many', 'a', 'b');
  assert.deepEqual([bytes.code, bytes.stderr.includes('at ')], [2, false]);
  assert.equal((await optml(t, cwd, 'unpack', 'a')).code, 2);
  assert.deepEqual(readdirSync(cwd), ['model']);
});

for (const compression of ['node:9', 'auto']) {
  test(`packing by ${compression} that is stopped leaves nothing behind`, async (t) => {
    const cwd = folder(t);
    truncateSync(join(cwd, 'model', 'sub', 'weights'), 60 * 1024 ** 3);
    const child = spawn(process.execPath, [OPTML, 'pack', 'model'], {
      cwd,
      env: { PATH: process.env['PATH'], OPTML_COMPRESSION: compression },
    });
    t.after(() => child.kill('SIGKILL'));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await waitFor('packing', () => readdirSync(cwd).some((name) => name.includes('optml-partial')));
    child.kill('SIGTERM');
    assert.equal(await ended, 143);
    assert.deepEqual(readdirSync(cwd), ['model']);
  });
}
