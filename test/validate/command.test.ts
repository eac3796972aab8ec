// The command itself: exit codes, reports, choices. What the checks find out is shown elsewhere.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ALL_CHECKS } from '../../src/validate/checks/all-checks.ts';
import type { ValidationReport } from '../../src/validate/validation-report.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { waitFor } from '../support/processes.ts';
import { channel } from '../support/run-job-command.ts';

const OPTML = join(ROOT, 'dist', 'bin', 'optml.cjs');
const SOUND = '#!/bin/sh\necho training\necho weights > "$SAGEMAKER_BASE_DIR/model/weights.txt"\n';
const FEW = ['--only', 'train-starts,success-run', '--only', 'C53'];
// Depends on the load of the machine: see test/unit/cli/view/validate-view.test.ts.
const PROGRESS = /^(?:preparing the checks|\d+ of \d+ checks), .*\n/gm;

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
      return { code: status, stdout, stderr: stderr.replaceAll(PROGRESS, '') };
    },
  };
}

const leftIn = (home: string) => (existsSync(join(home, 'validate')) ? readdirSync(join(home, 'validate')) : []);

test('a program without a finding: exit code 0, one screen, nothing left behind', (t) => {
  const { run, home } = makeWorkplace(t);
  const { code, stdout, stderr } = run('--command', './train', ...FEW);
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /^\.\/train {2}\(command, process\)\n/);
  assert.match(stdout, /\n\d+ passed, 0 failed, \d+ skipped \(\d+ left out\) in [\d.]+ s\n$/);
  assert.ok(stdout.split('\n').length < 24, stdout);
  assert.equal(stderr, '');
  assert.deepEqual(leftIn(home), []);
});

test('a must finding: exit code 1, with its evidence; accepted by a baseline it counts no more', (t) => {
  const { run, dir } = makeWorkplace(t);
  const broken = run('--command', './none', '--only', 'train-starts');
  assert.equal(broken.code, 1, broken.stderr);
  assert.match(broken.stdout, /✗ must {2}train-starts {2}C1: docs\/contract\.md#c1\n/);
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
    [[], /the target of the validation is missing/],
    [['--formt', 'json', 'x'], /unknown option "--formt"\nFix: Did you mean "--format"\?/],
    [['--format', 'xml', 'x'], /expected --format to be terminal, json, junit, html, markdown, sarif, got "xml"/],
    [
      ['--only', 'trains-starts', 'x'],
      /there is no check or clause called "trains-starts"\nFix: Did you mean "train-starts"\?/,
    ],
    [['--timeout', '0', 'x'], /expected --timeout to be a whole number of seconds/],
    [['--failing', 'epochs', 'x'], /expected --failing to be NAME=VALUE/],
    [['--job', 'none.json', 'x'], /the job file none\.json does not exist/],
    [['--baseline', 'none.json', 'x'], /the baseline none\.json cannot be used/],
    [['--engine', 'process', 'some/image'], /the engine "process" runs no images, and some\/image is no folder/],
    [
      ['--command', './train', '--only', 'train-starts', '--output', 'none/x'],
      /cannot be written: there is no folder /,
    ],
    [['--command', './train', '--only', 'train-starts', '--output', 'home'], /cannot be written: it is a folder/],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = run(...args);
    assert.match(stderr, message);
    assert.match(stderr, /\nFix: /, args.join(' '));
    assert.deepEqual([code, stderr.includes('    at ')], [2, false], args.join(' '));
    assert.equal(stdout, '');
  }
});

const FAILING = '#!/bin/sh\necho reading the data\necho "ValueError: no rows" >&2\nexit 7\n';

test('a job that does not succeed validates nothing: exit code 3, its error and log first, whatever was found', (t) => {
  const { run } = makeWorkplace(t, FAILING);
  const { code, stdout } = run('--command', './train', '--only', 'C1,C50,C53');
  assert.equal(code, 3, stdout);
  const lines = stdout.split('\n').slice(1);
  assert.match(lines.join('\n'), /^\nNot validated: the job ended with exit code 7: ValueError: no rows\n/);
  assert.ok(lines.findIndex((line) => /^ +\| reading the data$/.test(line)) in lines, stdout);
  assert.match(stdout, /\nNOT VALIDATED: \d+ passed, 0 failed, \d+ skipped \(\d+ as the job did not succeed, /);
});

test('where nothing is validated every report shows it in red', (t) => {
  const { run } = makeWorkplace(t, FAILING);
  const report = (format: string) => run('--command', './train', '--only', 'C50,C53', '--format', format).stdout;
  const junit = report('junit');
  assert.match(junit, /<testsuite [^>]*errors="1"/);
  assert.match(
    junit,
    /<testcase classname="optml.validate" name="validated" time="0"><error message="Not validated: the job/,
  );
  const sarif = JSON.parse(report('sarif')) as {
    runs: [
      { invocations: [{ executionSuccessful: boolean }]; results: [{ level: string; message: { text: string } }] },
    ];
  };
  const [{ invocations, results }] = sarif.runs;
  assert.deepEqual([invocations[0].executionSuccessful, results[0].level], [false, 'error']);
  assert.match(results[0].message.text, /^Not validated: the job ended with exit code 7/);
  assert.match(report('markdown'), /^## ❌ .*\n\n.*\n\n### Not validated: the job ended/);
  assert.match(report('html'), /<span class="badge fail">Not validated: the job ended/);
  const json = JSON.parse(report('json')) as ValidationReport;
  assert.deepEqual([json.verdict, json.obstacle?.evidence.exitCode], ['not validated', 7]);
});

test('checks that do not need the job keep their own verdict when it fails', (t) => {
  const { run } = makeWorkplace(t, FAILING);
  assert.equal(run('--command', './train', '--only', 'train-starts').code, 0);
  assert.equal(run('--command', './train', '--only', 'success-run').code, 3);
});

test('where no check can be asked, nothing is validated', (t) => {
  const { run } = makeWorkplace(t);
  const { code, stdout } = run('--command', './train', '--only', 'train-on-path');
  assert.equal(code, 3);
  assert.match(stdout, /Not validated: none of these checks could run\n +a command has no image/);
});

test('--output: a wrong file is an error before a job runs; a link, such as /dev/stdout, is written to and stays', (t) => {
  const { run, dir } = makeWorkplace(t);
  writeFileSync(join(dir, 'train'), `#!/bin/sh\ntouch ${join(dir, 'mark')}\n`);
  assert.equal(run('--command', './train', '--output', 'none/report').code, 2);
  assert.equal(existsSync(join(dir, 'mark')), false);
  symlinkSync('real.json', join(dir, 'link.json'));
  assert.equal(
    run('--command', './train', '--only', 'train-starts', '--format', 'json', '--output', 'link.json').code,
    0,
  );
  assert.equal(readlinkSync(join(dir, 'link.json')), 'real.json');
  assert.match(readFileSync(join(dir, 'real.json'), 'utf8'), /"verdict": "pass"/);
});

test('a target that cannot be run: a file named by --output says why, in every format', (t) => {
  const { run, dir } = makeWorkplace(t);
  const { code } = run('none:1', '--engine', 'finch', '--output', 'report.txt');
  assert.equal(code, 3);
  assert.match(readFileSync(join(dir, 'report.txt'), 'utf8'), /^none:1 .*\n\nNot validated: ./);
});

test('a program that cannot be started: the fix names the command', (t) => {
  const { run } = makeWorkplace(t);
  const { code, stdout } = run('--command', './none', '--only', 'success-run');
  assert.equal(code, 3, stdout);
  assert.match(stdout, /\n {4}Fix: Correct --command: its program must exist on this machine and be executable\.\n/);
});

test('where no check passes or fails, nothing is validated', (t) => {
  const { run } = makeWorkplace(t);
  const { code, stdout } = run('--command', './train', '--only', 'stop-in-time');
  assert.equal(code, 3, stdout);
  assert.match(stdout, /Not validated: none of these checks has a clear result\n/);
  assert.match(stdout, /\nNOT VALIDATED: 0 passed, 0 failed, 1 unknown, /);
});

test('--strict: a must check that is not shown is treated as a finding; one that does not apply does not', (t) => {
  const { run, dir } = makeWorkplace(t);
  assert.equal(run('--command', './train', '--strict', '--only', 'train-starts,train-on-path,drivers-script').code, 0);
  mkdirSync(join(dir, 'project'));
  writeFileSync(join(dir, 'project', 'train.sh'), SOUND);
  writeFileSync(join(dir, 'project', 'Dockerfile'), 'FROM x\nENV SAGEMAKER_PROGRAM="train.sh"\n');
  const only = ['project', '--engine', 'process', '--only', 'train-starts,architecture'];
  assert.equal(run(...only).code, 0);
  const { code, stdout } = run(...only, '--strict');
  assert.equal(code, 1, stdout);
  assert.match(stdout, /✗ must {2}architecture {2}C6: docs\/contract\.md#c6\n {4}the engine "process" builds no image/);
  assert.match(
    stdout,
    /\n {4}Fix: Give the check what its reason names; --strict requires a result of every must check\./,
  );
  assert.match(run(...only, '--strict', '--format', 'junit').stdout, /<testsuite [^>]*failures="1"/);
});

test('a folder without a Dockerfile is an error that names it, also one that is called like an image', (t) => {
  const { run, dir } = makeWorkplace(t);
  mkdirSync(join(dir, 'alpine'));
  for (const name of ['./alpine', 'alpine']) {
    const { code, stdout, stderr } = run(name);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /the folder .*\/alpine has no Dockerfile, so there is no image to validate\n/);
    assert.match(stderr, /--engine process/);
  }
});

test('a target that cannot be run: exit code 3, and a report of the format that was asked for', (t) => {
  const { run, dir } = makeWorkplace(t);
  mkdirSync(join(dir, 'bin'));
  writeFileSync(join(dir, 'bin', 'docker'), '#!/bin/sh\necho "no daemon" >&2\nexit 1\n');
  chmodSync(join(dir, 'bin', 'docker'), 0o755);
  const env = { PATH: join(dir, 'bin'), HOME: dir, OPTML_HOME: join(dir, 'home') };
  const command = [OPTML, 'validate', 'some/image:1', '--format', 'junit', '--output', 'report.xml'];
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: dir, env, encoding: 'utf8' });
  assert.equal(status, 3, stderr);
  assert.match(
    readFileSync(join(dir, 'report.xml'), 'utf8'),
    /errors="1".*\n.*<error message="Not validated: no container/,
  );
  assert.ok(run('--report', 'none.json').code === 2);
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
  assert.match(shown.stdout, /✗ must {2}train-starts {2}C1: docs\/contract\.md#c1\n/);
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
  assert.equal(await ended, 3, stderr);
  assert.match(stderr, /the validation was stopped before it had ended/);
  assert.deepEqual(leftIn(home), []);
});

test('on the engine "process" every folder is a project; an image is refused by name', (t) => {
  const { run, dir } = makeWorkplace(t);
  mkdirSync(join(dir, 'project'));
  writeFileSync(join(dir, 'project', 'a b.sh'), SOUND);
  writeFileSync(join(dir, 'project', 'Dockerfile'), 'FROM x\nENV SAGEMAKER_PROGRAM="a b.sh"\n');
  const valid = run('project', '--engine', 'process', '--only', 'success-run,image-size,program-name');
  assert.equal(valid.code, 0, valid.stdout + valid.stderr);
  assert.match(valid.stdout, /\(project, process\)\n/);
  assert.match(valid.stdout, /the engine "process" builds no image/);
  assert.match(valid.stdout, /The newest AWS images refuse the entry point "a b\.sh"/);
  rmSync(join(dir, 'project', 'Dockerfile'));
  const plain = run('project', '--engine', 'process', '--only', 'success-run');
  assert.match(plain.stdout, /\(project, process\)\n/, plain.stderr);
  assert.equal(plain.code, 3);

  const refused = run('image:1', '--engine', 'process');
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /the engine "process" runs no images, and image:1 is no folder/);
});

test('a folder with a program that has /opt/ml written into it is checked without an engine, from its job or its command', (t) => {
  const { run, dir, home } = makeWorkplace(t);
  cpSync(join(ROOT, 'test', 'fixtures', 'classic', 'program-on-path'), join(dir, 'container'), { recursive: true });
  mkdirSync(join(dir, 'data'));
  writeFileSync(join(dir, 'data', 'iris.csv'), '1,2\n');
  const job = {
    TrainingJobName: 'classic',
    AlgorithmSpecification: {
      TrainingImage: 'file://./container',
      TrainingInputMode: 'File',
      ContainerEntrypoint: ['decision_trees/train'],
    },
    InputDataConfig: [channel('training', './data')],
    OutputDataConfig: { S3OutputPath: './out' },
    ResourceConfig: { InstanceType: 'local', InstanceCount: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
  };
  writeFileSync(join(dir, 'job.json'), JSON.stringify(job));
  const only = ['--only', 'train-starts,success-run,failure-exit-code,model-left'];
  const ofFolder = run('container', '--engine', 'process', '--job', 'job.json', ...only);
  assert.equal(ofFolder.code, 0, ofFolder.stdout + ofFolder.stderr);
  assert.match(ofFolder.stdout, /^[1-9]\d* passed, 0 failed/m);
  const ofCommand = run('--command', 'container/decision_trees/train', '--job', 'job.json', ...only);
  assert.equal(ofCommand.code, 0, ofCommand.stdout + ofCommand.stderr);
  // Without a job it has no entry point, and the error says how to give one.
  const bare = run('container', '--engine', 'process', '--only', 'success-run');
  assert.equal(bare.code, 3);
  assert.match(bare.stdout, /^Not validated: .*PROGRAM_MISSING: no entry point was given$/m);
  assert.match(bare.stdout, /^ +Fix: .*--job job\.json/m);
  assert.deepEqual(leftIn(home), []);
});

const REMEMBERS = `#!/bin/sh
echo training
grep -q '"fail":"1"' "$SAGEMAKER_BASE_DIR/input/config/hyperparameters.json" || echo weights > "$SAGEMAKER_BASE_DIR/model/w"
`;

test('a job that fails as the user has said, with exit code 0: one finding, and others refer to it', (t) => {
  const { run } = makeWorkplace(t, REMEMBERS);
  const checks = 'failure-exit-code,failure-file,full-disk-failure';
  const { code, stdout } = run('--command', './train', '--failing', 'fail=1', '--only', checks);
  assert.equal(code, 1, stdout);
  assert.match(
    stdout,
    /✗ must {2}failure-exit-code {2}C50: docs\/contract\.md#c50\n {4}it ends with exit code 0, without the model/,
  );
  assert.match(
    stdout,
    /- failure-file, full-disk-failure: with the hyperparameters of --failing it ends with exit code 0: see\s+failure-exit-code/,
  );
});

const LEAVES_A_TRACE = `#!/bin/sh
[ -s "$SAGEMAKER_BASE_DIR/input/config/resourceconfig.json" ] && echo weights > "$SAGEMAKER_BASE_DIR/model/w" && exit 0
printf 'Traceback (most recent call last):\n  a line\nValueError: no hosts' > "$SAGEMAKER_BASE_DIR/output/failure"
exit 9
`;

test('the command in the evidence of a finding, pasted in the same folder, ends the same', (t) => {
  const { run, dir, home } = makeWorkplace(t, 'exit 0\n');
  writeFileSync(join(dir, 'my train'), FAILING);
  chmodSync(join(dir, 'my train'), 0o755);
  const first = run(
    '--command',
    '"./my train"',
    '--long',
    'epochs=2 000',
    '--timeout',
    '50',
    '--only',
    'success-run,C53',
  );
  assert.equal(first.code, 3, first.stderr);
  const [, command = ''] = /^ +\$ optml (.*)$/m.exec(first.stdout) ?? [];
  assert.match(command, /--long 'epochs=2 000' --timeout 50 --only success-run --verbose$/);
  const again = spawnSync('sh', ['-c', `"$NODE" "$OPTML" ${command}`], {
    cwd: dir,
    env: { PATH: process.env['PATH'], HOME: dir, OPTML_HOME: home, NODE: process.execPath, OPTML },
    encoding: 'utf8',
  });
  const shown = (stdout: string) => /^Not validated: [\s\S]*?\n {4}Fix:/m.exec(stdout)?.[0];
  assert.deepEqual([again.status, shown(again.stdout)], [3, shown(first.stdout)], again.stderr);
});

test('evidence of several lines is indented, and keeps together', (t) => {
  const { run } = makeWorkplace(t, LEAVES_A_TRACE);
  const { stdout } = run('--command', './train', '--only', 'failure-exit-code', '--verbose');
  assert.match(
    stdout,
    /\n {6}output\/failure: Traceback \(most recent call last\):\n {8} {2}a line\n {8}ValueError: no hosts\n/,
  );
});

test('exit code, JUnit and SARIF agree: for no finding, a minor one, a must finding, and a job that does not succeed', (t) => {
  const { run, dir } = makeWorkplace(t);
  const programs = { sound: SOUND, minor: SOUND.replace(/echo weights.*/, 'true'), broken: FAILING };
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(dir, name), text, { mode: 0o755 });
  const expected = { sound: 0, minor: 0, none: 1, broken: 3 };
  for (const [name, code] of Object.entries(expected)) {
    const report = (format: string) =>
      run('--command', `./${name}`, '--only', name === 'none' ? 'train-starts' : 'success-run,C53', '--format', format);
    const junit = report('junit');
    const sarif = report('sarif');
    const [, failures, errors] = /<testsuite [^>]*failures="(\d+)" errors="(\d+)"/.exec(junit.stdout) ?? [];
    const isRed = Number(failures) + Number(errors) > 0;
    const { runs } = JSON.parse(sarif.stdout) as { runs: [{ results: ReadonlyArray<{ level: string }> }] };
    const hasError = runs[0].results.some(({ level }) => level === 'error');
    assert.deepEqual([junit.code, sarif.code, isRed, hasError], [code, code, code !== 0, code !== 0], name);
  }
});
