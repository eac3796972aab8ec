// What the documentation says of containers: every block marked `sh engine` runs, with the tests' own engine and images.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { codeBlocks } from '../support/pages.ts';
import { type CommandResult, runWords } from '../support/run.ts';
import { ENGINE, engine, IMAGES } from './support/engine.ts';

const MADE = [
  'optml-test:my-training',
  'optml-test:python-mpi',
  'optml-example:baked-in',
  'optml-example:with-the-job',
];

after(async () => {
  const removal = { after: () => undefined } as unknown as TestContext;
  await engine(removal, 'image', 'rm', '-f', ...MADE);
});

const page = (name: string) => readFileSync(join(ROOT, name), 'utf8');

// The user's own images keep their names, and MNIST need not be learned well.
function forTests(text: string): string {
  return text
    .replaceAll(/\bdocker (build|run)\b/g, `${ENGINE} $1`)
    .replaceAll(/\boptml:(python-mpi|python|mpi)\b/g, 'optml-test:$1')
    .replaceAll(/(?<= -t |IMAGE=|^FROM )optml(?=\s)/gm, IMAGES.cpu)
    .replaceAll(/\bmy-training\b/g, 'optml-test:my-training')
    .replaceAll('npm run mnist', 'npm run mnist -- --epochs 1')
    .replaceAll(/(-f docker\/(?:python|mpi)\.Dockerfile)(?! --build-arg)/g, `$1 --build-arg OPTML=${IMAGES.cpu}`);
}

async function runBlock(t: TestContext, block: string, cwd: string): Promise<CommandResult> {
  const variables = { ...process.env, ENGINE, OPTML: IMAGES.cpu, JOB_DIR: join(temporaryFolder(t), 'job') };
  const result = await runWords(t, ['sh', '-eu', '-c', forTests(block)], { variables, cwd });
  assert.equal(result.code, 0, result.stderr + result.stdout);
  return result;
}

test('the README builds the image and trains in it', async (t) => {
  const [twoSteps = ''] = codeBlocks(page('README.md'), 'sh engine');
  const { stdout } = await runBlock(t, twoSteps, ROOT);
  assert.match(stdout, /^Test accuracy: 0\.\d+\nModel: .*\/output\/model\.tar\.gz$/m);
});

test('the training image that the README makes in five minutes trains', async (t) => {
  const dir = temporaryFolder(t);
  const readme = page('README.md');
  const [dockerfile = ''] = codeBlocks(readme, 'dockerfile');
  const [script = ''] = codeBlocks(readme, 'ts');
  const [, commands = '', ...others] = codeBlocks(readme, 'sh engine');
  assert.deepEqual(others, []);
  writeFileSync(join(dir, 'Dockerfile'), forTests(dockerfile));
  writeFileSync(join(dir, 'train.ts'), script);
  const { stdout } = await runBlock(t, commands, dir);
  assert.match(stdout, /^training 5 epochs on algo-1$/m);
  assert.equal(readFileSync(join(dir, 'job', 'model', 'model.json'), 'utf8'), '{"epochs":"5"}');
  assert.ok(existsSync(join(dir, 'job', 'output', 'model.tar.gz')));
});

for (const name of ['docker/README.md', 'examples/custom-image/README.md']) {
  for (const [index, block] of codeBlocks(page(name), 'sh engine').entries()) {
    test(`block ${index + 1} of ${name} runs`, async (t) => {
      await runBlock(t, block, ROOT);
    });
  }
}
