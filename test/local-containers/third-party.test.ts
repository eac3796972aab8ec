// Training images that know SageMaker and nothing of optml run unchanged.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { extract } from 'tar';
import { ROOT } from '../support/job.ts';
import { engineOk } from './support/container-job.ts';
import { folderChannel, jobFile, makeWorkplace, type Workplace } from './support/optml-run.ts';

const HERE = join(ROOT, 'test', 'local-containers');
const IMAGES = { python: 'optml-platform-test:python', shell: 'optml-platform-test:shell' } as const;

before(() => {
  for (const kind of ['python', 'shell'] as const) {
    engineOk(['build', '-t', IMAGES[kind], join(HERE, 'third-party', kind)]);
  }
});

async function unpacked({ dir, output }: Workplace, job: string, archive: string, name: string): Promise<string> {
  mkdirSync(join(dir, 'unpacked'), { recursive: true });
  await extract({ file: join(output, job, 'output', archive), cwd: join(dir, 'unpacked') });
  return readFileSync(join(dir, 'unpacked', name), 'latin1');
}

suite('a program in Python, in the layout of bring-your-own-container images', () => {
  const job = (name: string, hyperparameters: Readonly<Record<string, string>>) =>
    jobFile(name, IMAGES.python, {
      HyperParameters: hyperparameters,
      InputDataConfig: [folderChannel('training', './data')],
    });

  test('trains, on each of two hosts', async (t) => {
    const workplace = makeWorkplace(t);
    workplace.write({ 'job.json': job('python', { max_rows: '3' }), 'data/a.csv': 'x,1,2\ny,3,4\nx,3,4\nz,9,9\n' });
    const { code, stdout, stderr } = await workplace.run('job.json', '--instances', '2');
    assert.equal(code, 0, stderr);
    const lines = stdout.split('\n').sort();
    const expected = ['algo-1', 'algo-2'].flatMap((host) => [
      `${host} | Learned 2 classes from 3 rows`,
      `${host} | Learning begins`,
    ]);
    assert.deepEqual(lines, ['', ...expected]);
    assert.match(await unpacked(workplace, 'python', 'model.tar.gz', 'means.pkl'), /^\x80/);
  });

  test('fails with its failure file as the reason, traceback and all', async (t) => {
    const workplace = makeWorkplace(t);
    workplace.write({ 'job.json': job('python-fails', { max_rows: 'many' }), 'data/a.csv': 'x,1,2\n' });
    const { code, stderr } = await workplace.run('job.json');
    assert.equal(code, 1, stderr);
    assert.match(
      workplace.record('python-fails').FailureReason ?? '',
      /^AlgorithmError: The training broke off: invalid literal for int\(\).*'many'\nTraceback[\s\S]*line \d+, in train[\s\S]*ValueError/,
    );
  });
});

suite('a program in shell', () => {
  const job = (name: string, length: string) =>
    jobFile(name, IMAGES.shell, {
      HyperParameters: { min_length: length },
      InputDataConfig: [folderChannel('training', './data')],
    });

  test('trains', async (t) => {
    const workplace = makeWorkplace(t);
    workplace.write({ 'job.json': job('shell', '3'), 'data/text': 'one two, one of\nthree\n' });
    const { code, stdout, stderr } = await workplace.run('job.json');
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'host algo-1\n');
    const command = await unpacked(workplace, 'shell', 'model.tar.gz', 'words.txt');
    assert.deepEqual(command.trim().split(/\s+/), ['2', 'one', '1', 'three', '1', 'two']);
    assert.equal(await unpacked(workplace, 'shell', 'output.tar.gz', 'count.txt'), '3\n');
  });

  test('fails with its failure file as the reason', async (t) => {
    const workplace = makeWorkplace(t);
    workplace.write({ 'job.json': job('shell-fails', '9'), 'data/text': 'one two\n' });
    const { code, stderr } = await workplace.run('job.json');
    assert.equal(code, 1, stderr);
    assert.match(
      workplace.record('shell-fails').FailureReason ?? '',
      /^AlgorithmError: line \d+: ".*" ended with 1\n?$/,
    );
  });
});
