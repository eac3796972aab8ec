// Checkpoints and interruptions of a job of `optml run`. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { withoutNamespaces } from '../support/process-hosts.ts';
import { waitFor } from '../support/processes.ts';
import { whyNoPython } from '../support/python.ts';
import {
  byTrain,
  channel,
  hosts,
  makeWorkplace,
  requestOf,
  statusesOf,
  unrecorded,
} from '../support/run-job-command.ts';
import { whyNoNamespaces } from '../support/why-no-namespaces.ts';

const CHECKPOINTS = { CheckpointConfig: { S3Uri: './kept' } };

test('checkpoints are restored at the start, and kept as they are while training runs, deletions too', async (t) => {
  const script = `
cd $ml/checkpoints; cat old; echo new > new; mkdir sub; echo deep > sub/deep; echo begun
while [ ! -e "$GO" ]; do sleep 0.05; done
rm old sub/deep; echo newer > new
while [ ! -e "$GO-2" ]; do sleep 0.05; done`;
  const workplace = makeWorkplace(t, script, CHECKPOINTS);
  workplace.write('kept/old', 'old\n');
  const kept = (path: string) => join(workplace.dir, 'kept', path);
  const run = workplace.start(['--env', `GO=${workplace.dir}/go`]);
  await run.seen('begun');
  assert.match(run.output(), /^old$/m);
  await waitFor('what is new', () => existsSync(kept('sub/deep')) && existsSync(kept('new')));
  assert.equal(readFileSync(kept('new'), 'utf8'), 'new\n');
  workplace.write('go', '');
  await waitFor('what is changed', () => readFileSync(kept('new'), 'utf8') === 'newer\n');
  await waitFor('what is deleted', () => !existsSync(kept('old')) && !existsSync(kept('sub')));
  workplace.write('go-2', '');
  assert.equal((await run.ended).code, 0);
  assert.deepEqual(readdirSync(join(workplace.dir, 'kept')), ['new']);
});

test('the last state is kept, also of a script that fails', async (t) => {
  const workplace = makeWorkplace(t, 'echo last > $ml/checkpoints/last; exit 1', CHECKPOINTS);
  assert.equal((await workplace.run()).code, 1);
  assert.equal(workplace.read('kept/last'), 'last\n');
});

test('two hosts share their checkpoints: what either changes is kept, also where the other has an older file', async (t) => {
  const script = `
host=$(sed 's/.*"current_host":"\\([^"]*\\)".*/\\1/' $ml/input/config/resourceconfig.json)
cd $ml/checkpoints; cat shared; echo $host > $host
[ $host = algo-1 ] && echo "of algo-1" > shared; true`;
  const workplace = makeWorkplace(t, script, { ...hosts(2), ...CHECKPOINTS });
  workplace.write('kept/shared', 'restored\n');
  const { code, stdout, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.deepEqual(stdout.trim().split('\n').sort(), ['algo-1 | restored', 'algo-2 | restored']);
  assert.deepEqual(readdirSync(join(workplace.dir, 'kept')).sort(), ['algo-1', 'algo-2', 'shared']);
  assert.equal(workplace.read('kept/shared'), 'of algo-1\n');
});

test('LocalPath is where the script finds them', async (t) => {
  const workplace = makeWorkplace(
    t,
    'cat /opt/ml/my/place/f; cat $ml/input/config/checkpointconfig.json; echo g > /opt/ml/my/place/g',
    {
      CheckpointConfig: { S3Uri: './kept', LocalPath: '/opt/ml/my/place' },
    },
  );
  workplace.write('kept/f', 'kept\n');
  const { code, stdout, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^kept\n\{"LocalPath":"\/opt\/ml\/my\/place"\}$/);
  assert.equal(workplace.read('kept/g'), 'g\n');
});

for (const { what, entrypoint } of [
  { what: 'by train', entrypoint: undefined },
  { what: 'by a program of its own', entrypoint: ['/bin/sh', 'train.sh'] },
]) {
  const program = { ...byTrain(), ...(entrypoint && requestOf()) };
  const run = (t: TestContext, LocalPath: string, changes: object = {}) =>
    makeWorkplace(t, 'echo ran', { ...program, ...changes, CheckpointConfig: { S3Uri: './kept', LocalPath } });

  for (const LocalPath of ['/no/such/folder', '/etc/hostname']) {
    test(`the LocalPath ${LocalPath}, which is no folder, keeps a job ${what} from starting`, async (t) => {
      const workplace = run(t, LocalPath, { RetryStrategy: { MaximumRetryAttempts: 3 } });
      const { code, stdout, stderr } = await workplace.run(['--json']);
      assert.equal(code, 2, stderr);
      const message = `${LocalPath} is not a folder of this machine, and there is no container`;
      assert.ok(stderr.includes(`START_FAILED: ${message}`), stderr);
      assert.doesNotMatch(stderr, /^ran$/m);
      const { FailureReason, SecondaryStatusTransitions: statuses } = unrecorded(workplace, stdout);
      assert.equal(FailureReason, `ClientError: ${message}`);
      assert.deepEqual(
        statuses.map(({ Status }) => Status),
        ['Starting', 'Downloading', 'Failed'],
      );
    });
  }

  // The program would see the machine's own root, or nothing at all.
  for (const [LocalPath, why] of [
    ['/', 'contains /opt/ml, which the host needs'],
    ['/opt', 'contains /opt/ml, which the host needs'],
    ['/opt/ml', 'contains /opt/ml, which the host needs'],
    ['/dev/shm', 'is in /dev/shm, which the host has of its own'],
  ] as const) {
    test(`the LocalPath ${LocalPath} keeps a job ${what} from starting`, { skip: whyNoNamespaces() }, async (t) => {
      const { code, stdout, stderr } = await run(t, LocalPath).run();
      assert.equal(code, 2, stderr);
      assert.ok(stderr.includes(`START_FAILED: ${LocalPath} ${why}`), stderr);
      assert.equal(stdout, '');
    });
  }

  test(`a LocalPath that cannot be mounted keeps a job ${what} from starting`, async (t) => {
    const InputDataConfig = [channel('training', './data')];
    const workplace = run(t, '/opt/ml/input/data/training/kept', { InputDataConfig });
    workplace.write('data/rows.csv', '1\n');
    const { code, stdout, stderr } = await workplace.run(['--json']);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /START_FAILED: algo-1 cannot be set up: mount: .*kept/);
    assert.doesNotMatch(stderr, /^ran$/m);
    assert.match(unrecorded(workplace, stdout).FailureReason ?? '', /^ClientError: algo-1 cannot be set up: mount: /);
  });
}

test('--interrupt-after takes the job away and brings it back: it resumes from its checkpoint, and is one job', async (t) => {
  const script = `
step=0; [ -e $ml/checkpoints/step ] && step=$(cat $ml/checkpoints/step)
[ -e $ml/model/m ] && echo "the model is still there"; [ -e $ml/scratch ] && echo "scratch files are still there"
echo "begun at $step"; echo m > $ml/model/m; echo s > $ml/scratch
trap 'echo told; exit 0' TERM
while [ $step -lt 30 ]; do step=$((step+1)); echo $step > $ml/checkpoints/tmp; mv $ml/checkpoints/tmp $ml/checkpoints/step
  sleep 0.1 & wait $!; done
echo "ended at $step"`;
  const workplace = makeWorkplace(t, script, CHECKPOINTS);
  const { code, stdout, stderr } = await workplace.run(['--interrupt-after', '1']);
  assert.equal(code, 0, stderr);
  const lines = stdout.trim().split('\n');
  assert.equal(lines[0], 'begun at 0');
  assert.equal(lines[1], 'told');
  assert.match(lines[2] ?? '', /^begun at [1-9]\d?$/);
  assert.deepEqual(lines.slice(3), ['ended at 30']);
  const record = workplace.record();
  const again = ['Starting', 'Downloading', 'Training'];
  assert.deepEqual(statusesOf(record), [...again, 'Interrupted', ...again, 'Uploading', 'Completed']);
  for (const [index, { EndTime }] of record.SecondaryStatusTransitions.entries()) {
    const next = record.SecondaryStatusTransitions[index + 1];
    if (next !== undefined) assert.equal(EndTime, next.StartTime);
  }
  const log = readFileSync(join(workplace.jobDir(), 'logs', 'algo-1.log'), 'utf8');
  assert.equal(log, stdout);
});

// Each script shows what it finds in its folder of checkpoints. Without any it saves one and waits for the stop.
const SCRIPTS = [
  {
    what: 'the library',
    file: 'train.ts',
    text: `
import { readdirSync, writeFileSync } from 'node:fs';
import { checkpointPath, onStop, trainingEnvironment } from 'optml';
const found = readdirSync(checkpointPath()).sort();
console.log(['finds', ...found].join(' '));
if (found.length === 0) {
  writeFileSync(checkpointPath(trainingEnvironment().currentHost), 'state');
  onStop(() => process.exit(0));
  setInterval(() => undefined, 1000);
}
`,
  },
  {
    what: 'LocalPath of the file in a shell',
    file: 'train.sh',
    text: `
config=$SAGEMAKER_BASE_DIR/input/config/checkpointconfig.json
dir=$(sed 's/.*"LocalPath":"\\([^"]*\\)".*/\\1/' $config)
echo finds $(ls $dir)
[ -n "$(ls $dir)" ] && exit 0
echo state > $dir/$SM_CURRENT_HOST
trap 'exit 0' TERM
while :; do sleep 0.1 & wait $!; done
`,
  },
  {
    what: 'LocalPath of the file in Python',
    file: 'train.py',
    skip: whyNoPython,
    text: `
import json, os, signal, sys
with open(os.path.join(os.environ["SM_INPUT_CONFIG_DIR"], "checkpointconfig.json")) as file:
    folder = json.load(file)["LocalPath"]
found = sorted(os.listdir(folder))
print("finds", *found, flush=True)
if not found:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with open(os.path.join(folder, os.environ["SM_CURRENT_HOST"]), "w") as file:
        file.write("state")
    while True:
        signal.pause()
`,
  },
];

/** The lines in which a script reports its checkpoints, sorted within each attempt of `count` hosts. */
function findings(stdout: string, count: number): readonly string[] {
  const lines = stdout.split('\n').filter((line) => /^(?:algo-\d \| )?finds/.test(line));
  return [...lines.slice(0, count).sort(), ...lines.slice(count).sort()];
}

const TWO_ATTEMPTS = [
  { count: 1, found: ['finds', 'finds algo-1'] },
  {
    count: 2,
    found: ['algo-1 | finds', 'algo-2 | finds', 'algo-1 | finds algo-1 algo-2', 'algo-2 | finds algo-1 algo-2'],
  },
];

for (const { what, file, text, skip = false } of SCRIPTS) {
  for (const { count, found } of TWO_ATTEMPTS) {
    test(`a second attempt on ${count} host(s) finds exactly the checkpoints of the first by ${what}`, {
      skip,
    }, async (t) => {
      const workplace = makeWorkplace(t, '', { ...byTrain(file), ...hosts(count), ...CHECKPOINTS });
      workplace.write(`project/${file}`, text);
      const { code, stdout, stderr } = await workplace.run(['--interrupt-after', '3']);
      assert.equal(code, 0, stderr);
      assert.deepEqual(findings(stdout, count), found, stdout);
      const names = count === 1 ? ['algo-1'] : ['algo-1', 'algo-2'];
      assert.deepEqual(readdirSync(join(workplace.dir, 'kept')).sort(), names);
    });
  }
}

const SAVE = `
import { existsSync, writeFileSync } from 'node:fs';
import { checkpointPath } from 'optml';
console.log(checkpointPath(), existsSync(checkpointPath('state')));
writeFileSync(checkpointPath('state'), '');
`;

for (const LocalPath of ['/opt/ml/checkpoints', '/opt/ml/my/place/']) {
  for (const hasNamespaces of [true, false]) {
    const machine = hasNamespaces ? 'with namespaces' : 'without namespaces';
    test(`two jobs with the LocalPath ${LocalPath} share no checkpoints ${machine}`, async (t) => {
      const workplace = makeWorkplace(t, '');
      workplace.write('project/train.ts', SAVE);
      const { PATH } = hasNamespaces ? process.env : withoutNamespaces(t);
      const before = existsSync(LocalPath) && readdirSync(LocalPath);
      const folders = new Set<string>();
      for (const S3Uri of ['./kept', './others', './kept']) {
        const CheckpointConfig = { S3Uri, LocalPath };
        const isKept = existsSync(join(workplace.dir, S3Uri));
        workplace.writeJob(requestOf({ ...byTrain('train.ts'), CheckpointConfig }));
        const { code, stdout, stderr } = await workplace.run([], { PATH });
        assert.equal(code, 0, stderr);
        const [, folder = '', found] = /^(\/\S+) (true|false)$/m.exec(stdout) ?? [];
        assert.equal(found, String(isKept), stdout);
        if (hasNamespaces) assert.equal(folder, LocalPath.replace(/\/$/, ''));
        else assert.ok(folder.startsWith(workplace.home), folder);
        folders.add(folder);
        assert.deepEqual(readdirSync(join(workplace.dir, S3Uri)), ['state']);
      }
      assert.equal(folders.size, hasNamespaces ? 1 : 3);
      assert.deepEqual(existsSync(LocalPath) && readdirSync(LocalPath), before);
    });
  }
}

test('an attempt whose checkpoints cannot be copied is the last one, and they can be delivered later', async (t) => {
  const script = `
[ -e $ml/checkpoints/first ] && echo 'a second attempt'
trap 'echo trained > $ml/checkpoints/last; exit 0' TERM
touch $ml/checkpoints/first; rm -rf $KEPT; touch $KEPT; echo begun; sleep 30 & wait`;
  const workplace = makeWorkplace(t, script, CHECKPOINTS);
  const kept = join(workplace.dir, 'kept');
  const { code, stdout, stderr } = await workplace.run(['--env', `KEPT=${kept}`, '--interrupt-after', '1']);
  assert.deepEqual([code, stdout], [1, 'begun\n'], stderr);
  assert.match(
    stderr,
    /^InfrastructureError DISK_WRITE_FAILED: checkpoints could not be copied to .*kept, and the job was not started again without them\nWhere: CheckpointConfig\.S3Uri\nFix: .*optml deliver job$/m,
  );
  assert.equal(workplace.record().TrainingJobStatus, 'Failed');
  rmSync(kept);
  const delivered = await workplace.optml(['deliver', 'job']);
  assert.equal(delivered.code, 0, delivered.stderr);
  assert.equal(workplace.read('kept/last'), 'trained\n');
});
