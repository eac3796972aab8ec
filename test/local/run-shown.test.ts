// What a person sees of `optml run`: the whole text of a run that succeeds, fails, is stopped. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { byTrain, hosts, makeWorkplace, OPTML, type Workplace } from '../support/run-job-command.ts';

const ENDLESS = "process.on('SIGTERM', () => process.exit(0)); console.log('begun'); setInterval(() => {}, 1000);\n";

const GREEN = '\u001b[32m';
const END = '\u001b[39m';
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape of a colour
const COLOUR = /\u001b\[[\d;]*m/;

// Shown if they take longer than a second, as on a busy machine: see test/unit/cli/view/run-view.test.ts.
const STEPS = /^(?:Changing|Closing|Collecting|Completing|Copying|Packing|Removing|Writing) .*\n/gm;

/** The text with folders, times and versions replaced, without steps and frames of Node: those differ from run to run. */
const plain = ({ dir, home }: Workplace, text: string) =>
  text
    .replaceAll(home, 'HOME')
    .replaceAll(dir, 'DIR')
    .replaceAll(/after [\d.]+ s$/gm, 'after N s')
    .replaceAll(/^\d{4}-\S+Z /gm, 'TIME ')
    .replaceAll(STEPS, '')
    .replaceAll(/^ {4}at .*node:internal.*\n/gm, '')
    .replaceAll(/^Node\.js v.*$/gm, 'Node.js VERSION');

test('a run that succeeds shows the program’s own lines, four states, and where things are', async (t) => {
  const workplace = makeWorkplace(t, 'echo "loss=0.5"; echo m > $SM_MODEL_DIR/m', {
    ...byTrain(),
    AlgorithmSpecification: {
      TrainingImage: 'file://./project',
      TrainingInputMode: 'File',
      MetricDefinitions: [{ Name: 'loss', Regex: 'loss=([0-9.]+)' }],
    },
  });
  const { code, stdout, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.equal(stdout, 'loss=0.5\n');
  assert.equal(
    plain(workplace, stderr),
    `Job job
Starting
Downloading
Training
Uploading

Job job: Completed after N s
  model    DIR/out/job/output/model.tar.gz
  metrics  loss=0.5
  report   HOME/jobs/job/report.html
`,
  );
});

test('a run whose program fails shows its trace once, and a summary with the user’s own file', async (t) => {
  const workplace = makeWorkplace(t, 'true', byTrain('fail.mjs'));
  workplace.write('project/fail.mjs', "import './deep/parse.mjs';\n");
  workplace.write('project/deep/parse.mjs', "\nthrow new RangeError('cannot parse x');\n");
  const { code, stdout, stderr } = await workplace.run();
  assert.equal(code, 1, stderr);
  assert.equal(
    plain(workplace, stdout),
    `project/deep/parse.mjs:2
throw new RangeError('cannot parse x');
      ^

RangeError: cannot parse x
    at project/deep/parse.mjs:2:7

Node.js VERSION
`,
  );
  assert.equal(
    plain(workplace, stderr),
    `Job job
Starting
Downloading
Training
Uploading

Job job: Failed after N s
  reason   RangeError: cannot parse x
  at       project/deep/parse.mjs:2:7
  report   HOME/jobs/job/report.html
`,
  );
  const { stdout: log } = await workplace.optml(['logs', 'job']);
  assert.match(
    log,
    /Training Env:[\s\S]*Invoking script with[\s\S]*Reporting training FAILURE/,
    'the log has all of it',
  );
});

test('traces on the screen name the user’s own files, and the log keeps those of the job', async (t) => {
  const workplace = makeWorkplace(t, 'true', byTrain('train.ts'));
  workplace.write('project/package.json', '{"type": "module"}');
  workplace.write('project/train.ts', "import { parse } from './deep/parse.ts';\nexport const x: number = parse();\n");
  workplace.write(
    'project/deep/parse.ts',
    [
      'interface Row { text: string }',
      'export function parse(row?: Row): number {',
      "  throw new RangeError('cannot parse ' + row?.text);",
      '}',
    ].join('\n'),
  );
  for (const options of [[], ['--verbose', '--name', 'verbose']]) {
    const { stdout } = await workplace.run(options);
    assert.match(stdout, /^project\/deep\/parse\.ts:3$/m);
    assert.match(stdout, /\n {4}at parse \(project\/deep\/parse\.ts:3:9\)\n {4}at \S+ \(project\/train\.ts:2:26\)\n/);
  }
  const { stdout: log } = await workplace.optml(['logs', 'job']);
  assert.match(log, /at parse \(\/\S+\/code\/deep\/parse\.ts:3:9\)/);
});

test('traces of Python name the user’s own files too', async (t) => {
  const workplace = makeWorkplace(t, 'true', byTrain('train.py'));
  workplace.write('project/train.py', 'import helper\nhelper.go()\n');
  workplace.write('project/helper.py', '\ndef go():\n    raise ValueError("bad")\n');
  const { stdout, stderr } = await workplace.run();
  assert.equal(
    // Later versions of Python mark the call.
    stdout.replaceAll(/^[ ~^]+\n/gm, ''),
    `Traceback (most recent call last):
  File "project/train.py", line 2, in <module>
    helper.go()
  File "project/helper.py", line 3, in go
    raise ValueError("bad")
ValueError: bad
`,
  );
  assert.match(stderr, /: Failed after [\d.]+ s\n {2}reason {3}ValueError: bad\n {2}at {7}project\/helper\.py:3\n/);
});

test('a run that is stopped by Ctrl-C says what a second one would do', async (t) => {
  const workplace = makeWorkplace(t, 'true', byTrain('endless.mjs'));
  workplace.write('project/endless.mjs', ENDLESS);
  const run = workplace.start();
  await run.seen('begun');
  run.child.kill('SIGINT');
  const { code, stdout, stderr } = await run.ended;
  assert.equal(code, 3, stderr);
  assert.equal(plain(workplace, stdout), 'begun\nTIME optml WARN  Received SIGTERM: stopping the job\n');
  assert.equal(
    plain(workplace, stderr),
    `Job job
Starting
Downloading
Training
Press Ctrl-C again to kill the hosts, or to end packing and uploading
Stopping: Stopping the training job
Uploading

Job job: Stopped after N s
  report   HOME/jobs/job/report.html
`,
  );
});

test('a run, the list of jobs and the report show the same duration', async (t) => {
  const workplace = makeWorkplace(t, 'sleep 1', byTrain());
  const { stderr } = await workplace.run();
  const [, duration = ''] = /^Job job: Completed after (.+)$/m.exec(stderr) ?? [];
  assert.match(duration, /^[\d.]+ s$/, stderr);
  const { stdout } = await workplace.optml(['jobs']);
  assert.ok(stdout.includes(`  ${duration}  `), `${stdout} has ${duration}`);
  const report = workplace.read('home/jobs/job/report.html');
  assert.match(report, new RegExp(`>Took<.{1,40}>${duration.replace('.', '\\.')}<`));
});

test('with --verbose the whole log and the whole reason are shown, with --quiet only what is wrong', async (t) => {
  const failing = makeWorkplace(t, 'echo "Error: no luck" >&2; exit 4', byTrain());
  const verbose = await failing.run(['--verbose']);
  assert.match(
    verbose.stdout,
    /Training Env:[\s\S]*Invoking script with the following command:[\s\S]*Reporting training FAILURE/,
  );
  assert.match(verbose.stderr, /^Training: Training image download completed[\s\S]*ExitCode 4\n +ErrorMessage/m);
  const quiet = await failing.run(['--quiet', '--name', 'quiet']);
  assert.match(quiet.stderr, /^\nJob quiet: Failed after [\d.]+ s\n {2}reason {3}Error: no luck \(exit code 4\)\n/);
  const working = makeWorkplace(t, 'echo done; echo m > $SM_MODEL_DIR/m', byTrain());
  const { stdout, stderr } = await working.run(['--quiet']);
  assert.deepEqual({ stdout, stderr }, { stdout: 'done\n', stderr: '' });
  const both = await working.run(['--quiet', '--verbose']);
  assert.equal(both.code, 2);
});

test('with --json one document is on standard output, and the program’s lines are on standard error', async (t) => {
  const workplace = makeWorkplace(t, 'echo "from the program"; exit 5', byTrain());
  const { code, stdout, stderr } = await workplace.run(['--json']);
  assert.equal(code, 1);
  const description = JSON.parse(stdout);
  assert.equal(description.TrainingJobStatus, 'Failed');
  assert.match(description.FailureReason, /ExitCode 5/);
  assert.match(stderr, /^from the program$/m);
  assert.equal((await workplace.optml(['describe', 'job', '--json'])).stdout, stdout);
  const wrong = await workplace.run(['--json', '--name', 'no spaces']);
  assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
});

test('run, jobs and validate have colours on a terminal, and none with NO_COLOR', async (t) => {
  if (spawnSync('script', ['--version']).status !== 0) return t.skip('there is no program "script"');
  const { dir, home } = makeWorkplace(t, 'echo line', { ...byTrain(), ...hosts(2) });
  const onTerminal = (command: string, variables: NodeJS.ProcessEnv = {}) =>
    spawnSync('script', ['-qec', `'${process.execPath}' '${OPTML}' ${command}`, '/dev/null'], {
      cwd: dir,
      env: { HOME: dir, OPTML_HOME: home, PATH: process.env['PATH'], TERM: 'xterm', ...variables },
      encoding: 'utf8',
    }).stdout;
  const validate = "validate --command 'sh project/train.sh' --engine process --only train-starts";
  const commands = [
    ['run job.json --engine process --name ', /Job coloured: GREENCompletedEND after/],
    ['jobs', /coloured +GREENCompletedEND /],
    [validate, /GREEN.*passed.*END/],
  ] as const;
  const shown = (text: string) => text.replaceAll(GREEN, 'GREEN').replaceAll(END, 'END');
  for (const [command, expected] of commands) {
    const named = (name: string) => (command.endsWith(' ') ? `${command}${name}` : command);
    assert.match(shown(onTerminal(named('coloured'))), expected);
    const without = onTerminal(named('plain'), { NO_COLOR: '1' });
    assert.match(without, /Completed|passed/);
    assert.ok(!COLOUR.test(without), JSON.stringify(without));
  }
});
