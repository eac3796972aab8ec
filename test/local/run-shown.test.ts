// What a person sees of `optml run`: the whole text of a run that succeeds, fails, is stopped. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { byTrain, makeWorkplace, type Workplace } from '../support/run-job-command.ts';

const ENDLESS = 'trap "exit 0" TERM; echo begun; while :; do sleep 0.1; done';

/** The text with folders and times replaced: those differ from run to run. */
const plain = ({ dir, home }: Workplace, text: string) =>
  text
    .replaceAll(home, 'HOME')
    .replaceAll(dir, 'DIR')
    .replaceAll(/after [\d.]+ s$/gm, 'after N s');

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
  assert.equal(stdout.match(/RangeError: cannot parse x/g)?.length, 1, stdout);
  assert.doesNotMatch(stdout, /optml|Training Env|FAILURE/);
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
  assert.match(stdout, /^ {2}File "project\/train\.py", line 2, in <module>$/m);
  assert.match(stdout, /^ {2}File "project\/helper\.py", line 3, in go$/m);
  assert.match(stderr, /^ {2}at {7}project\/helper\.py:3$/m);
});

test('a run that is stopped by Ctrl-C says what a second one would do', async (t) => {
  const workplace = makeWorkplace(t, ENDLESS, byTrain());
  const run = workplace.start();
  await run.seen('begun');
  run.child.kill('SIGINT');
  const { code, stdout, stderr } = await run.ended;
  assert.equal(code, 3, stderr);
  assert.match(stdout, /^begun\n\S+ optml WARN {2}Received SIGTERM: stopping the job\n/);
  const text = plain(workplace, stderr);
  assert.match(text, /^Job job\nStarting\nDownloading\nTraining\n[^\n]*Ctrl-C[^\n]*\n/, text);
  assert.match(text, /\n\nJob job: Stopped after N s\n/, text);
});

test('with --verbose the whole log and the whole reason are shown, with --quiet only what is wrong', async (t) => {
  const failing = makeWorkplace(t, 'echo "Error: no luck" >&2; exit 4', byTrain());
  const verbose = await failing.run(['--verbose']);
  assert.match(verbose.stdout, /Invoking script with the following command:[\s\S]*Reporting training FAILURE/);
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

test('states have colours on a terminal that wants them', async (t) => {
  const workplace = makeWorkplace(t, 'true', byTrain());
  await workplace.run();
  const list = async (variables: NodeJS.ProcessEnv) => {
    const line = `'${process.execPath}' '${join(import.meta.dirname, '../../dist/bin/optml.cjs')}' jobs`;
    const { OPTML_HOME, PATH } = { OPTML_HOME: workplace.home, PATH: process.env['PATH'] };
    const { spawnSync } = await import('node:child_process');
    return spawnSync('script', ['-qec', line, '/dev/null'], {
      env: { OPTML_HOME, PATH, TERM: 'xterm', ...variables },
      encoding: 'utf8',
    });
  };
  const { error, stdout } = await list({});
  if (error !== undefined) return t.skip('there is no program "script"');
  assert.ok(stdout.includes('\u001b[32mCompleted\u001b[39m'), stdout);
  assert.match((await list({ NO_COLOR: '1' })).stdout, /^job +Completed /m);
});
