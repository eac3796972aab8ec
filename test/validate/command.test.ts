// The command itself: exit codes, reports, choices. What the checks find out is shown elsewhere.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ALL_CHECKS } from '../../src/validate/checks/all-checks.ts';
import type { ValidationReport } from '../../src/validate/validation-report.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { waitFor } from '../support/processes.ts';

const OPTML = join(ROOT, 'dist', 'bin', 'optml.cjs');
const SOUND = '#!/bin/sh\necho training\necho weights > "$SAGEMAKER_BASE_DIR/model/weights.txt"\n';
const FEW = ['--only', 'train-starts,success-run', '--only', 'C53'];

interface Workplace {
  readonly dir: string;
  readonly home: string;
  run(...args: readonly string[]): { readonly code: number | null; readonly stdout: string; readonly stderr: string };
}

/** A folder with a program `train` in it, in which `optml validate` is called. */
function makeWorkplace(t: TestContext, program = SOUND): Workplace {
  const dir = temporaryFolder(t);
  const home = join(dir, 'home');
  writeFileSync(join(dir, 'train'), program);
  chmodSync(join(dir, 'train'), 0o755);
  const env = { PATH: process.env['PATH'], HOME: dir, OPTML_HOME: home };
  return {
    dir,
    home,
    run: (...args) => {
      const command = [OPTML, 'validate', ...args];
      const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: dir, env, encoding: 'utf8' });
      return { code: status, stdout, stderr };
    },
  };
}

const leftIn = (home: string) => (existsSync(join(home, 'validate')) ? readdirSync(join(home, 'validate')) : []);

test('a program without a finding: exit code 0, one screen, nothing left behind', (t) => {
  const { run, home } = makeWorkplace(t);
  const { code, stdout, stderr } = run('--command', './train', ...FEW);
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /^\.\/train {2}\(command, process\)\n/);
  assert.match(stdout, /\n\d+ passed, 0 failed, \d+ skipped in [\d.]+ s\n$/);
  assert.ok(stdout.split('\n').length < 24, stdout);
  assert.equal(stderr, '');
  assert.deepEqual(leftIn(home), []);
});

test('a must finding: exit code 1, with its evidence; accepted by a baseline it counts no more', (t) => {
  const { run, dir } = makeWorkplace(t);
  const broken = run('--command', './none', '--only', 'train-starts');
  assert.equal(broken.code, 1, broken.stderr);
  assert.match(broken.stdout, /✗ must {2}train-starts {2}C1\n/);
  writeFileSync(
    join(dir, 'baseline.json'),
    '{"accepted": [{"id": "train-starts", "reason": "later"}, {"id": "none", "reason": "x"}]}',
  );
  const accepted = run('--command', './none', '--only', 'train-starts', '--baseline', 'baseline.json');
  assert.equal(accepted.code, 0, accepted.stderr);
  assert.match(accepted.stdout, /~ accepted {2}train-starts {2}later\n/);
  assert.match(accepted.stdout, /Note: The baseline accepts "none", which is no check\n/);
});

test('what cannot be run: exit code 2, with what to do', (t) => {
  const { run } = makeWorkplace(t);
  const cases: ReadonlyArray<readonly [args: readonly string[], message: RegExp]> = [
    [[], /what is to be validated is missing/],
    [['--formt', 'json', 'x'], /unknown option "--formt"\nFix: Did you mean "--format"\?/],
    [['--format', 'xml', 'x'], /expected --format to be terminal, json, junit, html, markdown, sarif, got "xml"/],
    [['--only', 'trains-starts', 'x'], /there is no check called "trains-starts"\nFix: Did you mean "train-starts"\?/],
    [['--timeout', '0', 'x'], /expected --timeout to be a whole number of seconds/],
    [['--failing', 'epochs', 'x'], /expected --failing to be NAME=VALUE/],
    [['--job', 'none.json', 'x'], /the job file none\.json cannot be read: ENOENT/],
    [['--baseline', 'none.json', 'x'], /the baseline none\.json cannot be used/],
    [['--engine', 'process', 'some/image'], /the engine "process" runs no images, and some\/image is no folder/],
    [['--command', './train', '--only', 'train-on-path'], /none of these checks could be asked/],
    [['--command', './train', '--only', 'train-starts', '--output', 'none/x'], /the report cannot be written/],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = run(...args);
    assert.match(stderr, message);
    assert.match(stderr, /\nFix: /, args.join(' '));
    assert.deepEqual([code, stderr.includes('    at ')], [2, false], args.join(' '));
    if (!args.includes('train-on-path')) assert.equal(stdout, '');
  }
});

test('the report of every format can go to a file, whole', (t) => {
  const { run, dir } = makeWorkplace(t);
  const starts = {
    json: '{',
    junit: '<?xml',
    html: '<!doctype html>',
    markdown: '## ✅',
    sarif: '{',
    terminal: './train',
  };
  for (const [format, start] of Object.entries(starts)) {
    const args = ['--command', './train', '--only', 'train-starts', '--format', format, '--output', 'report'];
    const { code, stdout, stderr } = run(...args);
    assert.deepEqual([code, stdout, stderr], [0, '', ''], format);
    assert.ok(readFileSync(join(dir, 'report'), 'utf8').startsWith(start), format);
  }
});

test('a report that was written as JSON can be shown in any format', (t) => {
  const { run, dir } = makeWorkplace(t);
  run('--command', './none', '--only', 'train-starts', '--format', 'json', '--output', 'report.json');
  const shown = run('--report', 'report.json');
  assert.deepEqual([shown.code, shown.stderr], [0, '']);
  assert.match(shown.stdout, /✗ must {2}train-starts {2}C1\n/);
  assert.match(run('--report', 'report.json', '--format', 'markdown').stdout, /^## ❌/);
  writeFileSync(join(dir, 'other.json'), '{"version": 2}');
  const other = run('--report', 'other.json');
  assert.equal(other.code, 2);
  assert.match(other.stderr, /other\.json is no report of optml validate/);
});

test('the JSON report lists every check, asked or not, with all members', (t) => {
  const { run } = makeWorkplace(t);
  const { stdout } = run('--command', './train', ...FEW, '--format', 'json');
  const report = JSON.parse(stdout) as ValidationReport;
  assert.deepEqual(
    report.checks.map(({ id }) => id),
    ALL_CHECKS.map(({ id }) => id),
  );
  for (const check of report.checks) {
    assert.ok(['pass', 'fail', 'unknown', 'skipped'].includes(check.status), check.id);
    for (const member of ['clause', 'severity', 'verdict', 'evidence', 'why', 'fix'] as const) {
      assert.ok(check[member] !== undefined && check[member] !== '', `${check.id}.${member}`);
    }
  }
  assert.equal(report.counts.pass + report.counts.skipped + report.counts.unknown, ALL_CHECKS.length);
});

test('checks are listed and explained without running anything', (t) => {
  const { run, home } = makeWorkplace(t);
  const list = run('--list');
  assert.deepEqual([list.code, list.stderr], [0, '']);
  assert.ok(ALL_CHECKS.every(({ id }) => list.stdout.includes(`\n${id} `)));
  const explained = run('--explain', 'train-on-path');
  assert.equal(explained.code, 0);
  assert.match(explained.stdout, /^train-on-path \(C1, must\)\n[\s\S]*\nContract {2}[\s\S]*\nProbe {5}[\s\S]*\nFix/);
  assert.match(run('--help').stdout, /^optml validate - checks a training container/);
  assert.ok(!existsSync(home));
});

test('Ctrl-C ends what runs, and nothing is left behind', async (t) => {
  const { dir, home } = makeWorkplace(t, '#!/bin/sh\necho begun > "$HOME/begun"\nexec sleep 300\n');
  const env = { PATH: process.env['PATH'], HOME: dir, OPTML_HOME: home };
  const child = spawn(process.execPath, [OPTML, 'validate', '--command', './train', '--only', 'success-run'], {
    cwd: dir,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await waitFor('the job to begin', () => existsSync(join(dir, 'begun')));
  child.kill('SIGINT');
  assert.equal(await ended, 2, stderr);
  assert.match(stderr, /the validation was stopped before it had ended/);
  assert.deepEqual(leftIn(home), []);
});

test('on the engine "process" every folder is a project; an image is refused by name', (t) => {
  const { run, dir } = makeWorkplace(t);
  mkdirSync(join(dir, 'project'));
  writeFileSync(join(dir, 'project', 'a b.sh'), SOUND);
  writeFileSync(join(dir, 'project', 'Dockerfile'), 'FROM x\nENV SAGEMAKER_PROGRAM="a b.sh"\n');
  const valid = run('project', '--engine', 'process', '--only', 'success-run,image-size');
  assert.equal(valid.code, 0, valid.stdout + valid.stderr);
  assert.match(valid.stdout, /\(project, process\)\n/);
  assert.match(valid.stdout, /the engine "process" builds no image/);
  assert.match(valid.stdout, /The newest AWS images refuse the entry point "a b\.sh"/);
  rmSync(join(dir, 'project', 'Dockerfile'));
  const plain = run('project', '--engine', 'process', '--only', 'success-run');
  assert.match(plain.stdout, /\(project, process\)\n/, plain.stderr);

  const refused = run('image:1', '--engine', 'process');
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /the engine "process" runs no images, and image:1 is no folder/);
});
