// How a job of `optml run` ends, and what is left of it. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { list } from 'tar';
import { withoutNamespaces } from '../support/process-hosts.ts';
import { processesWith } from '../support/processes.ts';
import {
  byTrain,
  channel,
  hosts,
  isThere,
  makeWorkplace,
  requestOf,
  statusesOf,
  unrecorded,
} from '../support/run-job-command.ts';

async function namesIn(file: string): Promise<readonly string[]> {
  const names: string[] = [];
  await list({ file, onReadEntry: ({ path }) => names.push(path) });
  return names;
}

test('a job that succeeds is Completed with exit code 0; its artifacts are there and nothing else is left', async (t) => {
  const workplace = makeWorkplace(
    t,
    'echo m > $ml/model/m; mkdir $ml/output/data/d; echo o > $ml/output/data/d/o; echo x > $ml/x',
  );
  const { code, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  const record = workplace.record();
  assert.equal(record.TrainingJobStatus, 'Completed');
  assert.deepEqual(statusesOf(record), ['Starting', 'Downloading', 'Training', 'Uploading', 'Completed']);
  const output = join(workplace.dir, 'out', 'job', 'output');
  assert.deepEqual(record.ModelArtifacts, { S3ModelArtifacts: join(output, 'model.tar.gz') });
  assert.deepEqual(record.outputs, [join(output, 'output.tar.gz')]);
  assert.deepEqual(await namesIn(join(output, 'model.tar.gz')), ['m']);
  assert.deepEqual(await namesIn(join(output, 'output.tar.gz')), ['d/', 'd/o']);
  assert.deepEqual(readdirSync(output).sort(), ['model.tar.gz', 'output.tar.gz']);
  assert.deepEqual(workplace.leftIn(), []);
  assert.deepEqual(record.leftovers, []);
  assert.deepEqual(processesWith('OPTML_HOME', workplace.home), []);
  assert.match(stderr, /^Job job: Completed after [\d.]+ s$/m);
  assert.ok(stderr.includes(join(output, 'model.tar.gz')) && stderr.includes(join(output, 'output.tar.gz')));
  assert.ok(stderr.includes(`report   ${join(workplace.jobDir(), 'report.html')}`), stderr);
});

test('OPTML_COMPRESSION says what packs the artifacts, and a wrong value is refused before anything runs', async (t) => {
  const workplace = makeWorkplace(t, 'seq 50000 > $ml/model/m');
  const sizes: number[] = [];
  for (const level of ['node:0', 'node:9']) {
    const { code, stderr } = await workplace.run(['--name', `job-${sizes.length}`], { OPTML_COMPRESSION: level });
    assert.equal(code, 0, stderr);
    sizes.push(statSync(join(workplace.dir, 'out', `job-${sizes.length}`, 'output', 'model.tar.gz')).size);
  }
  assert.ok((sizes[0] ?? 0) > 288_894 && (sizes[1] ?? 0) < 150_000, `${sizes} bytes`);
  const refused = await workplace.run(['--name', 'refused'], { OPTML_COMPRESSION: 'zip' });
  assert.equal(refused.code, 2, refused.stderr);
  assert.match(refused.stderr, /expected OPTML_COMPRESSION to be auto, or igzip.*got "zip"/);
  assert.equal(isThere(workplace.jobDir('refused')), false);
});

test('a script that fails is Failed with exit code 1, its failure file gives the reason, and its artifacts are kept', async (t) => {
  const workplace = makeWorkplace(
    t,
    'echo m > $ml/model/m; printf "the loss is not a number" > $ml/output/failure; exit 3',
  );
  const { code, stderr } = await workplace.run();
  assert.equal(code, 1, stderr);
  const record = workplace.record();
  assert.equal(record.TrainingJobStatus, 'Failed');
  assert.equal(record.FailureReason, 'AlgorithmError: the loss is not a number');
  assert.match(stderr, /^ {2}reason {3}AlgorithmError: the loss is not a number$/m);
  assert.ok(isThere(record.ModelArtifacts?.S3ModelArtifacts ?? ''));
  assert.deepEqual(statusesOf(record), ['Starting', 'Downloading', 'Training', 'Uploading', 'Failed']);
  assert.deepEqual(workplace.leftIn(), []);
});

test('without a failure file the reason is the exit code, of a script that train runs its own words', async (t) => {
  const workplace = makeWorkplace(t, 'exit 7');
  assert.equal((await workplace.run()).code, 1);
  assert.equal(workplace.record().FailureReason, 'AlgorithmError: , exit code: 7');
  workplace.write('src/train.sh', 'echo "no data at all" >&2; exit 5');
  const command = ['run', '--source', 'src', '--program', 'train.sh', '--name', 'own', '--engine', 'process'];
  const { code, stderr } = await workplace.optml(command);
  assert.equal(code, 1, stderr);
  assert.match(
    workplace.record('own').FailureReason ?? '',
    /^AlgorithmError: ExecuteUserScriptError:\nExitCode 5\nErrorMessage "no data at all/,
  );
});

test('a program that is missing fails the job as the shell would', async (t) => {
  const workplace = makeWorkplace(t);
  workplace.writeJob(
    requestOf({
      AlgorithmSpecification: {
        TrainingImage: 'file://./project',
        TrainingInputMode: 'File',
        ContainerEntrypoint: ['no-such-program'],
      },
    }),
  );
  const { code, stderr } = await workplace.run();
  assert.equal(code, 1, stderr);
  assert.match(workplace.record().FailureReason ?? '', /exit code: 127|no-such-program/);
});

test('what keeps a job from starting ends with exit code 2, and leaves no record', async (t) => {
  const workplace = makeWorkplace(t, 'true', {
    AlgorithmSpecification: { TrainingImage: 'file://./no-project', TrainingInputMode: 'File' },
  });
  const { code, stdout, stderr } = await workplace.run(['--json']);
  assert.equal(code, 2, stderr);
  const record = unrecorded(workplace, stdout);
  assert.equal(record.TrainingJobStatus, 'Failed');
  assert.match(record.FailureReason ?? '', /^ClientError: there is no project folder .*no-project/);
  assert.match(stderr, /^UserError [A-Z_]+: /m);
  assert.match(stderr, /^Fix: /m);
  assert.doesNotMatch(stderr, /\n\s+at /);
});

test('the failure of the script is the reason, also where its outputs cannot be kept', async (t) => {
  const workplace = makeWorkplace(t);
  workplace.write(
    'project/train.sh',
    `echo m > $SAGEMAKER_BASE_DIR/model/m; touch ${join(workplace.dir, 'out')}; exit 4\n`,
  );
  const { code, stderr } = await workplace.run();
  assert.equal(code, 1);
  assert.equal(workplace.record().FailureReason, 'AlgorithmError: , exit code: 4');
  assert.match(stderr, /Error (?:DISK_WRITE_FAILED|PACKAGING_FAILED)/);
});

test('outputs of two hosts are brought together, with a warning where they clash', async (t) => {
  const script = `
host=$(sed 's/.*"current_host":"\\([^"]*\\)".*/\\1/' $ml/input/config/resourceconfig.json)
echo $host > $ml/model/$host; mkdir -p $ml/model/sub; echo $host > $ml/model/sub/$host
[ $host = algo-2 ] && sleep 0.3; echo $host > $ml/model/same`;
  const workplace = makeWorkplace(t, script, {
    ...hosts(2),
    OutputDataConfig: { S3OutputPath: './out', CompressionType: 'NONE' },
  });
  const { code, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  const model = join(workplace.dir, 'out', 'job', 'output', 'model');
  assert.equal(workplace.record().ModelArtifacts?.S3ModelArtifacts, model);
  assert.deepEqual(readdirSync(model).sort(), ['algo-1', 'algo-2', 'same', 'sub']);
  assert.deepEqual(readdirSync(join(model, 'sub')).sort(), ['algo-1', 'algo-2']);
  assert.equal(readFileSync(join(model, 'same'), 'utf8'), 'algo-2\n');
  assert.match(
    stderr,
    /^Warning: Several hosts wrote the same files to model; the last host's copies are kept: same$/m,
  );
});

test('uncompressed outputs take the place of earlier ones, and leave out what is no file', async (t) => {
  const workplace = makeWorkplace(
    t,
    'cd $ml/model; mkdir d e; echo m > d/m; chmod 640 d/m; touch -d @1000000000 d/m; ln -s d/m l; mkfifo p; echo o > ../output/data/o',
    {
      OutputDataConfig: { S3OutputPath: './out', CompressionType: 'NONE' },
    },
  );
  workplace.write('out/job/output/model/old', 'old');
  const { code, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  const output = join(workplace.dir, 'out', 'job', 'output');
  assert.deepEqual(readdirSync(output).sort(), ['data', 'model']);
  const model = (path: string) => join(output, 'model', path);
  assert.deepEqual(readdirSync(model('.')).sort(), ['d', 'e', 'l']);
  assert.deepEqual(readdirSync(model('e')), []);
  assert.equal(readlinkSync(model('l')), 'd/m');
  assert.equal(readFileSync(model('d/m'), 'utf8'), 'm\n');
  const { mode, mtimeMs } = statSync(model('d/m'));
  assert.deepEqual([mode & 0o777, mtimeMs], [0o640, 1e12]);
  assert.match(stderr, /Warning: .*\/p is no file, folder or link, and is left out/);
});

test('a program that takes the rights to its folders away leaves nothing behind', async (t) => {
  const workplace = makeWorkplace(
    t,
    'mkdir -p $ml/tmp/d $ml/model/d; echo m > $ml/model/d/m; chmod 0 $ml/tmp/d $ml/tmp $ml/model/d/m',
  );
  const { code, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.deepEqual(workplace.leftIn(), []);
});

test('a reader that wants no more of the logs does not end the job', async (t) => {
  const workplace = makeWorkplace(
    t,
    'i=0; while [ $i -lt 20000 ]; do echo "line $i of a log that is long enough"; i=$((i+1)); done; echo m > $ml/model/m',
  );
  const run = workplace.start();
  await run.seen('line 10 ');
  run.child.stdout?.destroy();
  const { code, stderr } = await run.ended;
  assert.equal(code, 0, stderr);
  assert.match(readFileSync(join(workplace.jobDir(), 'logs', 'algo-1.log'), 'utf8'), /line 19999 /);
});

test('a home that cannot be one is said, before anything has run', async (t) => {
  const workplace = makeWorkplace(t, 'true');
  workplace.write('home', 'a file in place of the home');
  const { code, stderr } = await workplace.run();
  assert.equal(code, 2);
  assert.match(stderr, /DISK_WRITE_FAILED: jobs cannot be recorded[\s\S]*Fix: Set OPTML_HOME/);
});

test('a failing script that names a missing path below /opt/ml gets a hint, and its failure reason stays', async (t) => {
  const workplace = makeWorkplace(t, 'cat /opt/ml/model/absent-weights', byTrain());
  const { PATH } = withoutNamespaces(t);
  const { code, stderr } = await workplace.run([], { PATH });
  assert.equal(code, 1);
  const hint =
    'Warning: algo-1 uses /opt/ml/model/absent-weights, which the engine "process" does not provide: use the variable SM_MODEL_DIR instead of /opt/ml/model, or a container engine\n';
  assert.ok(stderr.includes(hint), stderr);
  assert.doesNotMatch(workplace.record().FailureReason ?? '', /SM_MODEL_DIR|container engine/);
});

test('a script that succeeds after such an error gets no hint', async (t) => {
  const workplace = makeWorkplace(t, 'cat /opt/ml/model/absent-weights; true', byTrain());
  const { code, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /Warning/);
});

test('a program with a name that the newest AWS images refuse runs, with a warning (C20)', async (t) => {
  const workplace = makeWorkplace(t, 'echo ran', byTrain('./train.sh'));
  const { code, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.match(stderr, /Warning: The newest AWS images refuse the entry point "\.\/train\.sh"/);
});

// As sm_train.sh ends.
const NO_PYTHON = 'echo "Starting training script"; exit 1';

test('a ModelTrainer job whose image has no Python ends with a sentence that names the variant that does (C27)', async (t) => {
  const workplace = makeWorkplace(t, NO_PYTHON, { InputDataConfig: [channel('sm_drivers', './drivers')] });
  workplace.write('drivers/sm_train.sh', '');
  const { code, stderr } = await workplace.run();
  assert.equal(code, 1);
  assert.match(stderr, /Warning: algo-1 needs Python and pip.*: use the Python variant of the optml image/);

  const other = makeWorkplace(t, NO_PYTHON);
  assert.doesNotMatch((await other.run()).stderr, /Python variant/);
});

test('an error that the program wrote to standard output is the failure reason if standard error explains nothing', async (t) => {
  const script = 'echo "UserWarning: slow" >&2; python3 -c "raise KeyError(1)" 2>&1; exit 3';
  const workplace = makeWorkplace(t, script, byTrain());
  assert.equal((await workplace.run()).code, 1);
  assert.match(
    workplace.record().FailureReason ?? '',
    /^AlgorithmError: ExecuteUserScriptError:\nExitCode 3\nErrorMessage "KeyError: 1 \(<string>, line 1\)\n/,
  );
});

test('the failure reason stays that of standard error if both streams contain an error', async (t) => {
  const script = 'python3 -c "raise KeyError(1)" 2>&1; python3 -c "raise ValueError(2)"';
  const workplace = makeWorkplace(t, script, byTrain());
  assert.equal((await workplace.run()).code, 1);
  assert.match(workplace.record().FailureReason ?? '', /\nErrorMessage "ValueError: 2 \(<string>, line 1\)\n/);
});

// Another program's error, as text of a log that the program prints, or one that it has handled.
const OTHERS_ERROR =
  'cat <<END\nTraceback (most recent call last):\n  File "other.py", line 3, in <module>\nKeyError: 1\nEND\n';

test('an error that the program printed as data is not the failure reason if its last words are on standard error', async (t) => {
  const workplace = makeWorkplace(
    t,
    `${OTHERS_ERROR}sleep 0.3; echo "no labels in the channel" >&2; exit 3`,
    byTrain(),
  );
  assert.equal((await workplace.run()).code, 1);
  const reason = workplace.record().FailureReason ?? '';
  assert.match(
    reason,
    /\nErrorMessage "no labels in the channel\nEarlier in the log: KeyError: 1 \(other.py, line 3\)"\nCommand "/,
  );
});

test('an error on standard output is the failure reason if only progress or warnings follow it', async (t) => {
  const progress = '100%|##########| 9/9 [00:01<00:00, 9.0it/s]';
  for (const [index, words] of [progress, 'train.py:9: UserWarning: slow', '[info] closing'].entries()) {
    const workplace = makeWorkplace(t, `${OTHERS_ERROR}sleep 0.3; echo "${words}" >&2; exit 3`, byTrain());
    assert.equal((await workplace.run()).code, 1);
    assert.match(
      workplace.record().FailureReason ?? '',
      /\nErrorMessage "KeyError: 1 \(other.py, line 3\)\n/,
      String(index),
    );
  }
});

test('a program without train whose #! line ends with CR LF fails with a warning that names the line ends', async (t) => {
  const workplace = makeWorkplace(t, 'true', {
    AlgorithmSpecification: {
      TrainingImage: 'file://./project',
      TrainingInputMode: 'File',
      ContainerEntrypoint: ['./go'],
    },
  });
  chmodSync(workplace.write('project/go', '#!/usr/bin/env sh\r\necho trained\r\n'), 0o755);
  const { code, stderr } = await workplace.run();
  assert.equal(code, 1, stderr);
  assert.match(stderr, /^Warning: The program of algo-1 failed with: .*sh\\r.*its file has CR LF line ends/m);
  // Platform jobs have the same reason (C50).
  assert.equal(workplace.record().FailureReason, 'AlgorithmError: , exit code: 127');
});

test('the last lines of standard output are in the failure reason of a program without a word on standard error', async (t) => {
  const workplace = makeWorkplace(t, 'echo "reading rows"; echo "row 7 has no label"; exit 3', byTrain());
  assert.equal((await workplace.run()).code, 1);
  assert.match(
    workplace.record().FailureReason ?? '',
    /\nErrorMessage "the program wrote nothing to standard error\nrow 7 has no label\n\nreading rows\nrow 7 has no label"\nCommand "/,
  );
});
