// Projects that `optml init --template` writes. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { installCaches } from '../support/caches.ts';
import { hasPythonPackages, type PythonPackages, pythonPackages } from '../support/frameworks/python-packages.ts';
import { ROOT } from '../support/job.ts';
import { makeWorkplace } from '../support/run-job-command.ts';

const TEMPLATES: readonly (readonly [template: string, minimum: number, packages?: PythonPackages])[] = [
  // 27 of 30 irises with scikit-learn 1.9.1, 29 with PyTorch 2.13.0, all with TensorFlow.js 4.22.0.
  ['sklearn', 0.9, 'boosting'],
  ['pytorch', 0.93, 'torch'],
  ['tfjs', 0.93],
];

for (const [template, minimum, packages] of TEMPLATES) {
  const isMissing = packages !== undefined && process.env['CI'] === undefined && !hasPythonPackages(packages);
  const skip = isMissing && `SKIPPED: the Python packages "${packages}" are not in the cache folder`;
  test(`the template ${template} trains on the packages of the machine`, { skip }, async (t) => {
    const bin = packages && pythonPackages(t, packages);
    if (packages !== undefined && bin === undefined) return;
    const workplace = makeWorkplace(t, 'true');
    const written = await workplace.optml(['init', '--template', template, 'iris']);
    assert.equal(written.code, 0, written.stderr);
    const PATH = [...(bin === undefined ? [] : [bin]), process.env['PATH']].join(delimiter);
    const run = await workplace.optml(['run', 'iris/job.json', '--engine', 'process'], { PATH, ...installCaches() });
    assert.equal(run.code, 0, run.stderr);
    const metrics = JSON.parse(workplace.read('home/jobs/iris/job.json')).FinalMetricDataList as readonly {
      readonly MetricName: string;
      readonly Value: number;
    }[];
    const accuracy = metrics.find(({ MetricName }) => MetricName === 'accuracy')?.Value ?? 0;
    assert.ok(accuracy >= minimum, `accuracy ${accuracy}`);
  });
}

/** The files of a project of TypeScript. */
const PROJECT = [
  '.dockerignore',
  '.gitignore',
  '.optmlignore',
  'Dockerfile',
  'README.md',
  'data/iris.csv',
  'job.json',
  'package.json',
  'src/train.ts',
  'test/train.test.ts',
  'tsconfig.json',
];

function filesIn(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(dir, name)).isFile())
    .sort();
}

for (const template of ['typescript', 'tfjs', 'sklearn', 'pytorch']) {
  test(`the template ${template} is a whole project, with optml as a development dependency`, async (t) => {
    const workplace = makeWorkplace(t, 'true');
    const { code, stdout, stderr } = await workplace.optml(['init', '--template', template, 'New Project']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, / is in \S+\/New Project: .*Try: optml run 'New Project\/job\.json' --engine process\n$/);
    const isPython = template === 'sklearn' || template === 'pytorch';
    const expected = isPython
      ? PROJECT.filter((name) => name !== 'tsconfig.json').map((name) =>
          name.replace('train.test.ts', 'train.test.mjs').replace('.ts', '.py'),
        )
      : [...PROJECT, ...(template === 'tfjs' ? ['src/package.json'] : [])];
    assert.deepEqual(filesIn(join(workplace.dir, 'New Project')), [...expected].sort());
    const { name, type, devDependencies } = JSON.parse(workplace.read('New Project/package.json'));
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    assert.deepEqual([name, type, devDependencies.optml], ['new-project', 'module', version]);
    assert.match(workplace.read('New Project/README.md'), /R\. A\. Fisher/);
    assert.equal(workplace.read('New Project/data/iris.csv').trim().split('\n').length, 151);
  });
}

test('a project is written into a folder that holds only .git and the like', async (t) => {
  const workplace = makeWorkplace(t, 'true');
  workplace.write('cloned/.git/HEAD', 'ref: refs/heads/main\n');
  workplace.write('cloned/LICENSE', 'free\n');
  workplace.write('cloned/.DS_Store', '');
  const { code, stderr } = await workplace.optml(['init', 'cloned']);
  assert.equal(code, 0, stderr);
  assert.equal(workplace.read('cloned/.git/HEAD'), 'ref: refs/heads/main\n');
  assert.deepEqual(filesIn(join(workplace.dir, 'cloned')), [...PROJECT, '.DS_Store', '.git/HEAD', 'LICENSE'].sort());
});

test('a folder with files is left as it is, and the files in the way are named', async (t) => {
  const workplace = makeWorkplace(t, 'true');
  workplace.write('mine/src/train.py', 'print(1)\n');
  for (const name of ['a', 'b', 'package.json', 'z']) workplace.write(`mine/${name}`, '');
  const { code, stderr } = await workplace.optml(['init', '--template', 'sklearn', 'mine']);
  assert.equal(code, 1);
  assert.match(stderr, /expected a new or empty folder, and \S+\/mine holds a, b, package\.json and 2 more\n/);
  assert.match(stderr, /Fix: Give another folder: nothing is overwritten\./);
  assert.deepEqual(filesIn(join(workplace.dir, 'mine')), ['a', 'b', 'package.json', 'src/train.py', 'z']);
});

test('a destination that cannot be a folder is an error, and nothing is left of the project', async (t) => {
  const workplace = makeWorkplace(t, 'true');
  workplace.write('file', 'mine\n');
  const before = filesIn(workplace.dir);
  for (const [destination, message] of [
    ['file', /expected a folder, and \S+\/file is a file/],
    ['file/x', /cannot be written to \S+\/file\/x: /],
    ['new/../file/x/y', /cannot be written to \S+\/file\/x\/y: /],
    ['/proc/x', /cannot be written to \/proc\/x: /],
    ['/proc/x/y', /cannot be written to \/proc\/x\/y: /],
    [`deep/er/${'n'.repeat(300)}`, /cannot be written to .*ENAMETOOLONG/],
  ] as const) {
    const { code, stderr } = await workplace.optml(['init', destination]);
    assert.equal(code, 1, destination);
    assert.match(stderr, /^UserError DESTINATION_INVALID: /, destination);
    assert.match(stderr, message);
  }
  assert.deepEqual(filesIn(workplace.dir), before);
  assert.equal(existsSync(join(workplace.dir, 'deep')), false);
});

test('an init that is killed at any moment leaves a whole project or none, and the next one goes on', async (t) => {
  const workplace = makeWorkplace(t, 'true');
  for (const [index, signal] of (
    ['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGINT', 'SIGKILL', 'SIGKILL'] as const
  ).entries()) {
    mkdirSync(join(workplace.dir, `there-${index}`));
    for (const dir of [`new-${index}`, `there-${index}`]) {
      const { child, ended } = workplace.begin(['init', dir]);
      await sleep(60 + Math.random() * 60);
      child.kill(signal);
      await ended;
      const path = join(workplace.dir, dir);
      const found = existsSync(path) ? filesIn(path).filter((name) => !name.startsWith('.optml-partial-')) : [];
      if (found.length > 0) {
        assert.deepEqual(found, PROJECT, dir);
        continue;
      }
      const again = await workplace.optml(['init', dir]);
      assert.equal(again.code, 0, again.stderr);
      assert.deepEqual(filesIn(path), PROJECT, dir);
    }
  }
});

test('an unknown template is refused with those that exist', async (t) => {
  const { code, stderr } = await makeWorkplace(t, 'true').optml(['init', '--template', 'keras', 'new']);
  assert.equal(code, 2);
  assert.match(stderr, /expected --template to be typescript, tfjs, sklearn, pytorch, got "?keras/);
});
