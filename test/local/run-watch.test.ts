// `optml run --watch`. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { nextChange } from '../../src/cli/run/watch/next-change.ts';
import { readState } from '../../src/cli/run/watch/source-state.ts';
import { watchedRoots } from '../../src/cli/run/watch/watched-roots.ts';
import type { TrainingJobRequest } from '../../src/request/request.ts';
import { temporaryFolder } from '../support/job.ts';
import { isThere, makeWorkplace, requestOf, type Workplace } from '../support/run-job-command.ts';

const WAITING = 'Waiting for changes.';

function begin(workplace: Workplace, ...words: readonly string[]) {
  return workplace.begin(['run', ...words, '--engine', 'process', '--watch']);
}

/** A request for a program of the folder `source` in the workplace. */
function requestFor({ dir }: Workplace, program: string): TrainingJobRequest {
  return {
    ...requestOf({ OutputDataConfig: { S3OutputPath: join(dir, 'app/results') } }),
    AlgorithmSpecification: { TrainingImage: 'optml', TrainingInputMode: 'File' },
    HyperParameters: { sagemaker_submit_directory: join(dir, 'app'), sagemaker_program: program },
  } as unknown as TrainingJobRequest;
}

/** The files below `app` whose changes count. */
async function watchedIn(workplace: Workplace, program = 'train.sh'): Promise<readonly string[]> {
  const variables = { OPTML_HOME: workplace.home };
  const state = readState(await watchedRoots(requestFor(workplace, program), { variables }));
  const below = join(workplace.dir, 'app/');
  return [...state.files.keys()].map((file) => file.replace(below, '')).sort();
}

describe('optml run --watch', () => {
  test('runs again after a change, and ends with Ctrl-C', async (t) => {
    const workplace = makeWorkplace(t);
    workplace.write('app/train.sh', 'echo first run\n');
    const run = begin(workplace, 'app/train.sh');
    await run.seen(WAITING);
    workplace.write('app/train.sh', 'echo second run\n');
    await run.seen('second run\n');
    await run.seen('Job app-2: Completed');
    assert.match(run.output(), /^app\/train\.sh changed: running again$/m);
    run.child.kill('SIGINT');
    const { code, stdout } = await run.ended;
    assert.equal(code, 0);
    assert.equal(stdout, 'first run\nsecond run\n');
  });

  test('stops the job that runs, with its grace period, before it runs again', async (t) => {
    const workplace = makeWorkplace(t);
    workplace.write('app/train.sh', 'trap "echo saved; exit 0" TERM; echo ready; while :; do sleep 0.05; done\n');
    const run = begin(workplace, 'app/train.sh');
    await run.seen('ready\n');
    workplace.write('app/train.sh', 'echo second run\n');
    await run.seen('second run\n');
    await run.seen(WAITING);
    run.child.kill('SIGTERM');
    const { code, stdout, stderr } = await run.ended;
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^ready\n[\s\S]*^saved\n[\s\S]*^second run\n$/m);
    assert.match(stderr, /^app\/train\.sh changed: stopping the job, then running again$/m);
    assert.equal(workplace.record('app').TrainingJobStatus, 'Stopped');
  });

  test('Ctrl-C stops the job that runs, and no other one starts', async (t) => {
    const workplace = makeWorkplace(t);
    workplace.write('app/train.sh', 'trap "echo saved; exit 0" TERM; echo ready; while :; do sleep 0.05; done\n');
    const run = begin(workplace, 'app/train.sh');
    await run.seen('ready\n');
    run.child.kill('SIGINT');
    const { code, stdout, stderr } = await run.ended;
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^ready\n[\s\S]*^saved\n/m);
    assert.equal(isThere(workplace.jobDir('app-2')), false);
  });

  test('does not run a job indefinitely that writes into its own source', { timeout: 120_000 }, async (t) => {
    const workplace = makeWorkplace(t);
    workplace.write('app/train.sh', `echo ran; echo x > ${join(workplace.dir, 'app')}/log-$$\n`);
    const run = begin(workplace, 'app/train.sh');
    await run.seen('The next change runs the job again.');
    assert.match(run.output(), /^The source changed during 5 runs in a row, the last time app\/log-\d+\. If the job/m);
    workplace.write('app/train.sh', 'echo corrected\n');
    await run.seen('Job app-6: Completed');
    run.child.kill('SIGINT');
    const { code, stdout } = await run.ended;
    assert.equal(code, 0);
    assert.equal(stdout, `${'ran\n'.repeat(5)}corrected\n`);
  });

  test('waits for the correction of a job file that became wrong', async (t) => {
    const workplace = makeWorkplace(t, 'echo ran');
    const run = begin(workplace, 'job.json');
    await run.seen(WAITING);
    workplace.write('job.json', '{');
    await run.seen('REQUEST_INVALID: job.json, line 1');
    workplace.writeJob(requestOf({ TrainingJobName: 'corrected' }));
    await run.seen('Job corrected: Completed');
    run.child.kill('SIGINT');
    assert.equal((await run.ended).code, 0);
  });

  for (const [words, message] of [
    [['job.json', '--json'], /--watch and --json cannot be combined/],
    [['job.json', '--print-request'], /--watch and --print-request cannot be combined/],
    [['-'], /--watch needs a job file that it can read again/],
    [['none.json'], /the job file none\.json does not exist/],
  ] as const) {
    test(`refuses ${words.join(' ')}`, async (t) => {
      const { code, stderr } = await begin(makeWorkplace(t), ...words).ended;
      assert.equal(code, 2);
      assert.match(stderr, message);
    });
  }
});

describe('the files that are watched', () => {
  test('are those of the source without what rules list, outputs, packages and files of editors', async (t) => {
    const workplace = makeWorkplace(t);
    for (const path of [
      ...['train.sh', 'lib/a.sh', 'data/rows.csv', 'dist/out.js', 'results/job/model', 'optml-output/job/model'],
      ...['.git/HEAD', 'node_modules/a/index.js', 'lib/__pycache__/a.pyc', '.train.sh.swp', 'lib/a.sh~', '4913'],
      ...['venv/pyvenv.cfg', 'venv/bin/python'],
    ])
      workplace.write(`app/${path}`, '');
    workplace.write('app/.optmlignore', 'data/\n');
    workplace.write('app/.gitignore', 'dist/\n');
    assert.deepEqual(await watchedIn(workplace), ['.gitignore', '.optmlignore', 'lib/a.sh', 'train.sh']);
  });

  test('contain a program that .gitignore lists, with its folder', async (t) => {
    const workplace = makeWorkplace(t);
    for (const path of ['dist/train.js', 'dist/lib.js', 'logs/a.txt']) workplace.write(`app/${path}`, '');
    workplace.write('app/.gitignore', 'dist/\nlogs/\n');
    assert.deepEqual(await watchedIn(workplace, 'dist/train.js'), ['.gitignore', 'dist/lib.js', 'dist/train.js']);
  });
});

describe('a change', () => {
  const rootsOf = (path: string) => [{ path, isIgnored: () => false }];
  const limit = (t: TestContext) => {
    const ended = new AbortController();
    const timer = setTimeout(() => ended.abort(), 10_000);
    t.after(() => clearTimeout(timer));
    return ended;
  };

  test('in a folder that was made meanwhile is found', async (t) => {
    const workplace = makeWorkplace(t);
    const root = join(workplace.dir, 'project');
    const state = readState(rootsOf(root));
    const change = nextChange(rootsOf(root), state, limit(t).signal);
    mkdirSync(join(root, 'new/folder'), { recursive: true });
    setTimeout(() => workplace.write('project/new/folder/file', 'x'), 300);
    assert.deepEqual(await change, [join(root, 'new/folder/file')]);
  });

  test('that happened before the wait is found, and one that is undone is none', async (t) => {
    const workplace = makeWorkplace(t);
    const root = join(workplace.dir, 'project');
    const state = readState(rootsOf(root));
    workplace.write('project/early', 'x');
    assert.deepEqual(await nextChange(rootsOf(root), state, limit(t).signal), [join(root, 'early')]);
    const ended = new AbortController();
    setTimeout(() => ended.abort(), 400);
    assert.deepEqual(await nextChange(rootsOf(root), readState(rootsOf(root)), ended.signal), []);
  });

  test('of a source that was removed is found', async (t) => {
    const dir = temporaryFolder(t);
    const state = { files: new Map([[join(dir, 'gone', 'a'), '1']]), folders: new Set([join(dir, 'gone')]) };
    assert.deepEqual(await nextChange(rootsOf(join(dir, 'gone')), state, limit(t).signal), [join(dir, 'gone', 'a')]);
  });
});
