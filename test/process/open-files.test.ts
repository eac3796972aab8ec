import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { filesOpenForWriting } from '../../src/process/open-files.ts';
import { temporaryFolder } from '../support/job.ts';

/** A shell that has opened what `redirections` say and waits until it is ended. */
async function hold(t: TestContext, dir: string, redirections: string): Promise<() => Promise<unknown>> {
  const child = spawn('sh', ['-c', `exec ${redirections}; echo open; read line <&9`], {
    cwd: dir,
    stdio: ['pipe', 'pipe', 'inherit', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    return ended;
  };
}

test('files that a process writes, appends to or both reads and writes are found, by path and by inode', async (t) => {
  const dir = temporaryFolder(t);
  for (const name of ['read', 'both', 'closed']) writeFileSync(join(dir, name), 'content');
  const end = await hold(t, dir, '3> written 4>> appended 5< read 6<> both');
  const { ids } = await filesOpenForWriting();
  const found = (name: string) => {
    const { dev, ino } = statSync(join(dir, name));
    assert.equal(ids.has(join(dir, name)), ids.has(`${dev}:${ino}`), name);
    return ids.has(join(dir, name));
  };
  assert.deepEqual(['written', 'appended', 'read', 'both', 'closed'].map(found), [true, true, false, true, false]);
  await end();
  assert.equal((await filesOpenForWriting()).ids.has(join(dir, 'written')), false);
});

test('a file is found under its other names too', async (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, 'file'), '');
  linkSync(join(dir, 'file'), join(dir, 'hard'));
  symlinkSync('file', join(dir, 'soft'));
  await hold(t, dir, '3>> soft');
  const { ids } = await filesOpenForWriting();
  const { dev, ino } = statSync(join(dir, 'hard'));
  assert.equal(ids.has(`${dev}:${ino}`), true);
});

test("root sees every process, and the job's own files do not count", async (t) => {
  const { ids, isComplete } = await filesOpenForWriting();
  if (process.getuid?.() === 0) assert.equal(isComplete, true);
  const file = join(temporaryFolder(t), 'own');
  writeFileSync(file, '');
  assert.equal(ids.has(file), false);
});
