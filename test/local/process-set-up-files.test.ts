// The files that set up hosts as processes of this machine. `npm run build` first.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../support/job.ts';
import { openJob, startHost } from '../support/process-hosts.ts';

const following = (path: string) => path.replace(/\d+/g, (digits) => String(Number(digits) + 1));

test('the files of a second attempt follow no link that the first one left in their place', async (t) => {
  const dir = temporaryFolder(t);
  const [workDir, precious] = [join(dir, 'work'), join(dir, 'precious')];
  mkdirSync(workDir);
  writeFileSync(precious, 'precious');
  const open = await openJob(t, { entrypoint: ['/bin/sh', '-c', 'cat /etc/hosts'], workDir });
  const first = await startHost(t, open, { mlDir: temporaryFolder(t) });
  assert.equal((await first.run.ended).exitCode, 0);
  const files = readdirSync(workDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  assert.ok(files.length > 0);
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    rmSync(path);
    for (const link of new Set([path, join(workDir, following(path.slice(workDir.length + 1)))])) {
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(precious, link);
    }
  }
  const second = await startHost(t, open, { mlDir: temporaryFolder(t) });
  assert.equal((await second.run.ended).exitCode, 0);
  assert.match(second.output(), /^\S+ algo-1 /);
  assert.equal(readFileSync(precious, 'utf8'), 'precious');
});
