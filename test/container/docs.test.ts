// What the documentation says of containers: every block marked `sh engine` runs, with the tests' own engine and images.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { codeBlocks } from '../support/pages.ts';
import { type CommandResult, runWords } from '../support/run.ts';
import { ENGINE, engineOk, removeImages, shellIn } from './support/engine.ts';
import { IMAGES, VARIANTS } from './support/images.ts';

const NAME = 'optml-test-docs';
const MADE = ['my-training', 'python-mpi', 'own', 'own-keys'].map((tag) => `optml-test:${tag}`);

after(() => removeImages(...MADE, `${NAME}:baked-in`, `${NAME}:with-the-job`));

const page = (name: string) => readFileSync(join(ROOT, name), 'utf8');

// The user's own images keep their names, and MNIST need not be learned well.
function forTests(text: string): string {
  const changed = text
    .replaceAll(/\bdocker (build|run|exec|network|logs|rm)\b/g, `${ENGINE} $1`)
    .replaceAll(`${ENGINE} run `, `${ENGINE} run --security-opt label=disable `)
    .replaceAll(/\boptml:(python-mpi|python|mpi)\b/g, 'optml-test:$1')
    .replaceAll(/(?<= -t |IMAGE=|^FROM )optml(?=\s)/gm, IMAGES.cpu)
    .replaceAll(/\bmy-training\b/g, 'optml-test:my-training')
    .replaceAll('npm run mnist', 'npm run mnist -- --epochs 1 --hidden_units 32')
    .replaceAll(/(-f docker\/(?:python|mpi)\.Dockerfile)(?! --build-arg)/g, `$1 --build-arg OPTML=${IMAGES.cpu}`);
  assert.doesNotMatch(
    changed,
    /(?:(?:-t|--tag|FROM|run --rm) |=)optml(?:\s|:)/,
    'an image of the user would be touched',
  );
  return changed;
}

async function runBlock(t: TestContext, block: string, cwd: string): Promise<CommandResult> {
  const variables = { ...process.env, ENGINE, OPTML: IMAGES.cpu, NAME, JOB_DIR: join(temporaryFolder(t), 'job') };
  const result = await runWords(t, ['sh', '-eu', '-c', forTests(block)], { variables, cwd });
  assert.equal(result.code, 0, result.stderr + result.stdout);
  return result;
}

test('the README builds the image and trains in it', async (t) => {
  const [twoSteps = ''] = codeBlocks(page('README.md'), 'sh engine').filter((block) => block.includes('npm run mnist'));
  const { stdout } = await runBlock(t, twoSteps, ROOT);
  assert.match(stdout, /^Test accuracy: 0\.\d+\nModel: .*\/output\/model\.tar\.gz$/m);
});

test('the training image that the README makes in five minutes trains', async (t) => {
  const dir = temporaryFolder(t);
  const readme = page('README.md');
  const [dockerfile = ''] = codeBlocks(readme, 'dockerfile');
  const [script = ''] = codeBlocks(readme, 'ts');
  const [commands = '', ...others] = codeBlocks(readme, 'sh engine').filter(
    (block) => !block.includes('npm run mnist'),
  );
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

test("docker/README.md's own image trains", async (t) => {
  const dir = temporaryFolder(t);
  const [own = '', ownKeys = ''] = codeBlocks(page('docker/README.md'), 'dockerfile');
  cpSync(join(ROOT, 'examples', 'custom-image', 'src'), dir, { recursive: true });
  writeFileSync(join(dir, 'Dockerfile'), forTests(own));
  await engineOk(t, 'build', '-t', 'optml-test:own', dir);
  const imported = await shellIn(t, 'optml-test:own', 'cd /opt/ml/code && node -p "typeof require(\'d3-dsv\')"');
  assert.equal(imported.stdout, 'object\n', imported.stderr);

  writeFileSync(join(dir, 'Dockerfile'), forTests(ownKeys));
  await engineOk(t, 'build', '-t', 'optml-test:own-keys', dir);
  const keyOf = async (image: string) => (await shellIn(t, image, 'cat /root/.ssh/id_ed25519.pub')).stdout;
  assert.match(await keyOf('optml-test:own-keys'), /^ssh-ed25519 /);
  assert.notEqual(await keyOf('optml-test:own-keys'), await keyOf(IMAGES.mpi));
});

const whyNoBake = spawnSync('docker', ['buildx', 'version'], { stdio: 'ignore' }).status !== 0;

test('docker-bake.hcl names every image', { skip: whyNoBake && 'SKIPPED: needs docker buildx' }, async (t) => {
  const command = ['docker', 'buildx', 'bake', '-f', 'docker/docker-bake.hcl', '--print'];
  const { code, stdout, stderr } = await runWords(t, command, { variables: process.env, cwd: ROOT });
  assert.equal(code, 0, stderr);
  const { target } = JSON.parse(stdout) as { target: Record<string, { dockerfile: string; tags: string[] }> };
  assert.deepEqual(Object.keys(target).sort(), [...VARIANTS].sort());
  for (const variant of VARIANTS) assert.ok(target[variant]?.tags.includes(`optml:${variant}`));
});
