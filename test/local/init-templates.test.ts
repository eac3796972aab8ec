// Projects that `optml init --template` writes. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { delimiter } from 'node:path';
import { test } from 'node:test';
import { hasPythonPackages, type PythonPackages, pythonPackages } from '../support/frameworks/python-packages.ts';
import { makeWorkplace } from '../support/run-job-command.ts';

const TEMPLATES: readonly (readonly [template: string, packages: PythonPackages, minimum: number])[] = [
  // 27 of 30 irises with scikit-learn 1.9.1.
  ['sklearn', 'boosting', 0.85],
  ['pytorch', 'torch', 0.93],
];

for (const [template, packages, minimum] of TEMPLATES) {
  test(`the template ${template} trains on the Python of the machine`, async (t) => {
    if (!hasPythonPackages(packages)) return t.skip(`${packages} is not in the cache folder`);
    const bin = pythonPackages(t, packages);
    const workplace = makeWorkplace(t, 'true');
    const written = await workplace.optml(['init', '--template', template, 'iris']);
    assert.equal(written.code, 0, written.stderr);
    const variables = { PATH: `${bin}${delimiter}${process.env['PATH']}` };
    const { code, stderr } = await workplace.optml(['run', 'iris/job.json', '--engine', 'process'], variables);
    assert.equal(code, 0, stderr);
    const metrics = JSON.parse(workplace.read('home/jobs/iris/job.json')).FinalMetricDataList as readonly {
      readonly MetricName: string;
      readonly Value: number;
    }[];
    const accuracy = metrics.find(({ MetricName }) => MetricName === 'accuracy')?.Value ?? 0;
    assert.ok(accuracy >= minimum, `accuracy ${accuracy}`);
  });
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
