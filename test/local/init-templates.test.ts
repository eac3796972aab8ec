// Projects that `optml init --template` writes. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { list } from 'tar';
import { installCaches } from '../support/caches.ts';
import { hasPythonPackages, type PythonPackages, pythonPackages } from '../support/frameworks/python-packages.ts';
import { makeWorkplace, type Workplace } from '../support/run-job-command.ts';

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
    await checkReadme(workplace);
  });
}

/** The README of the project in "iris": the commands are those of optml, and the model is what the job has saved. */
async function checkReadme(workplace: Workplace): Promise<void> {
  const page = workplace.read('iris/README.md');
  for (const [, file = ''] of page.matchAll(/`((?:src|data)\/[^`]*|job\.json)`/g)) {
    assert.ok(existsSync(join(workplace.dir, 'iris', file)), file);
  }
  for (const [, command = '', words = ''] of page.matchAll(/optml (logs|describe) ([\w-]+)/g)) {
    const { code, stderr } = await workplace.optml([command, words]);
    assert.equal(code, 0, stderr);
  }
  const [, model = '', archive = ''] = /The model is `(\S+)` in `(\S+)`/.exec(page) ?? [];
  const names: string[] = [];
  await list({ file: join(workplace.dir, 'iris', archive), onReadEntry: ({ path }) => names.push(path) });
  assert.deepEqual(names, [model]);
}

test('a project is written into a folder that holds only .git', async (t) => {
  const workplace = makeWorkplace(t, 'true');
  workplace.write('cloned/.git/HEAD', 'ref: refs/heads/main\n');
  const { code, stderr } = await workplace.optml(['init', '--template', 'tfjs', 'cloned']);
  assert.equal(code, 0, stderr);
  assert.equal(workplace.read('cloned/.git/HEAD'), 'ref: refs/heads/main\n');
  const { dependencies } = JSON.parse(workplace.read('cloned/src/package.json'));
  assert.match(dependencies['@tensorflow/tfjs-backend-wasm'], /^\d+\.\d+\.\d+$/);
  assert.equal(workplace.read('cloned/data/iris.csv').trim().split('\n').length, 151);
});

test('a folder with files is left as it is', async (t) => {
  const workplace = makeWorkplace(t, 'true');
  workplace.write('mine/src/train.py', 'print(1)\n');
  const { code, stderr } = await workplace.optml(['init', '--template', 'sklearn', 'mine']);
  assert.equal(code, 1);
  assert.match(stderr, /expected a new or empty folder/);
  assert.equal(workplace.read('mine/src/train.py'), 'print(1)\n');
});

test('an unknown template is refused with those that exist', async (t) => {
  const { code, stderr } = await makeWorkplace(t, 'true').optml(['init', '--template', 'keras', 'new']);
  assert.equal(code, 2);
  assert.match(stderr, /expected --template to be line, tfjs, sklearn, pytorch, got "?keras/);
});
