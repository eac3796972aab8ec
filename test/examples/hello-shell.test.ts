import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { list } from 'tar';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { runWords } from '../support/run.ts';

const RUN = join(ROOT, 'examples', 'hello-shell', 'run.sh');

test('hello-shell shows arguments and variables, and packs the model that it wrote', async (t) => {
  const job = join(temporaryFolder(t), 'a job');
  const { code, stdout, stderr } = await runWords(t, ['sh', RUN, '--top', '2'], { variables: { JOB_DIR: job } });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Arguments: --top 2$/m);
  assert.match(stdout, /^The same as variables: SM_HP_TOP=2 SM_HPS=\{"top":2\}$/m);
  assert.match(stdout, /^words=2; most_used=the;$/m);
  assert.ok(stdout.endsWith(`Model: ${job}/output/model.tar.gz\n`), stdout);
  const names: string[] = [];
  await list({ file: join(job, 'output', 'model.tar.gz'), onReadEntry: (entry) => names.push(entry.path) });
  assert.deepEqual(names, ['words.txt']);
  assert.equal(readFileSync(join(job, 'model', 'words.txt'), 'utf8'), '      6 the\n      3 a\n');
});

test('hello-shell with FAIL=1 ends with the exit code of the script, and its words in the failure file', async (t) => {
  const job = temporaryFolder(t);
  const { code, stderr } = await runWords(t, ['sh', RUN], { variables: { JOB_DIR: job, FAIL: '1' } });
  assert.equal(code, 3);
  const failure = readFileSync(join(job, 'output', 'failure'), 'utf8');
  assert.equal(
    failure,
    'ExecuteUserScriptError:\nExitCode 3\nErrorMessage "train.sh: the text cannot be learned (FAIL=1)"\nCommand "./train.sh --top 3"',
  );
  assert.ok(stderr.includes(failure), stderr);
  assert.equal(existsSync(join(job, 'output', 'success')), false);
});

test('hello-shell runs again in the same folder, and refuses one that holds other things', async (t) => {
  const job = temporaryFolder(t);
  const run = (dir: string, fail: string) => runWords(t, ['sh', RUN], { variables: { JOB_DIR: dir, FAIL: fail } });
  assert.equal((await run(job, '1')).code, 3);
  assert.equal((await run(job, '')).code, 0);
  assert.equal(existsSync(join(job, 'output', 'failure')), false);
  const refused = await run(join(job, 'input'), '');
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /input is neither empty nor a job folder: choose another one/);
});
