import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { redirectedErrors } from '../../../src/launchers/torchrun-errors.ts';
import { temporaryFolder } from '../../support/job.ts';

function writeRank(folder: string, text: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'stderr.log'), text);
  return folder;
}

/** A folder with an earlier run of torchrun, and the reader of the next one. */
function startRun(t: TestContext) {
  const logDir = temporaryFolder(t);
  writeRank(join(logDir, 'earlier_x', 'attempt_0', '0'), 'an earlier error\n');
  const errors = redirectedErrors({ PET_REDIRECTS: '3', PET_LOG_DIR: logDir });
  return { errors, run: join(logDir, 'run_y') };
}

test('ranks of the last attempt get the tags of PyTorch, counted from the first rank of the host', (t) => {
  const { errors, run } = startRun(t);
  writeRank(join(run, 'attempt_9', '0'), 'old\n');
  writeRank(join(run, 'attempt_10', '0'), '[rank2]: KeyError: 1\n');
  writeRank(join(run, 'attempt_10', '1'), 'Traceback (most recent call last):\n\nValueError: no');
  assert.equal(
    errors.read(2),
    '[rank2]: KeyError: 1\n[rank3]: Traceback (most recent call last):\n\n[rank3]: ValueError: no\n',
  );
});

test('only the end of a long file is read', (t) => {
  const { errors, run } = startRun(t);
  writeRank(join(run, 'attempt_0', '0'), `${'x'.repeat(1_000_000)}\nthe end\n`);
  assert.ok(errors.read(0).length < 20_000);
  assert.match(errors.read(0), /\[rank0\]: the end\n$/);
});

test('a link, a pipe and a missing file in the place of the output say nothing, and nothing waits for them', (t) => {
  const { errors, run } = startRun(t);
  assert.equal(errors.read(0), '');
  const attempt = join(run, 'attempt_0');
  writeRank(join(attempt, '0'), 'the error of rank 0\n');
  symlinkSync('/etc/passwd', join(writeRank(join(attempt, '1'), ''), 'other'));
  mkdirSync(join(attempt, '2'));
  symlinkSync('/etc/passwd', join(attempt, '2', 'stderr.log'));
  mkdirSync(join(attempt, '3'));
  execFileSync('mkfifo', [join(attempt, '3', 'stderr.log')]);
  mkdirSync(join(attempt, '4'));
  assert.equal(errors.read(0), '[rank0]: the error of rank 0\n');
});

test('torchrun writes to a folder that train knows, if the job names none', (t) => {
  const parent = temporaryFolder(t);
  const { variables } = redirectedErrors({ PET_REDIRECTS: '0:2', TMPDIR: parent });
  assert.deepEqual(readdirSync(parent), [variables['PET_LOG_DIR']?.slice(parent.length + 1)]);
  assert.deepEqual(redirectedErrors({ PET_REDIRECTS: '0', TMPDIR: parent }).variables, {});
  assert.deepEqual(redirectedErrors({ PET_REDIRECTS: '3', TMPDIR: join(parent, 'missing') }).variables, {});
});
