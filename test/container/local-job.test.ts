// `optml run` with the image: a job whose program is run by our own `train`.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { create, extract } from 'tar';
import { projectTag } from '../../src/engines/container/image.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { type CommandResult, runWords } from '../support/run.ts';
import { startS3 } from '../support/s3.ts';
import { ENGINE, removeImages } from './support/engine.ts';
import { IMAGES } from './support/images.ts';

const OPTML = join(ROOT, 'dist', 'bin', 'optml.cjs');

function optmlRun(
  t: TestContext,
  dir: string,
  { command, variables = {} }: { readonly command: readonly string[]; readonly variables?: NodeJS.ProcessEnv },
): Promise<CommandResult> {
  const env = { ...process.env, OPTML_HOME: join(dir, 'home'), ...variables };
  return runWords(t, [process.execPath, OPTML, 'run', ...command], { variables: env, cwd: dir });
}

async function unpack(archive: Buffer | string, dir: string): Promise<(name: string) => Buffer> {
  mkdirSync(dir, { recursive: true });
  const file = typeof archive === 'string' ? archive : join(dir, '..', `${basename(dir)}.tar.gz`);
  if (typeof archive !== 'string') writeFileSync(file, archive);
  await extract({ file, cwd: dir });
  return (name) => readFileSync(join(dir, name));
}

const PROGRAM = `
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { channelPath, modelPath } from 'optml';
const text = readFileSync(channelPath('training', 'a.txt'), 'utf8');
writeFileSync(join(process.env.SM_OUTPUT_INTERMEDIATE_DIR, 'seen.txt'), text);
writeFileSync(modelPath('m.txt'), text.toUpperCase());
console.log('has credentials:', 'AWS_SECRET_ACCESS_KEY' in process.env);
`;

test('source, channel, intermediate output and model of a job are in S3, at an endpoint on this machine’s loopback', async (t) => {
  const dir = temporaryFolder(t);
  const s3 = await startS3(t);
  mkdirSync(join(dir, 'src'));
  writeFileSync(join(dir, 'src', 'train.mjs'), PROGRAM);
  await create({ gzip: true, file: join(dir, 'source.tar.gz'), cwd: join(dir, 'src') }, ['train.mjs']);
  await s3.put('jobs/source.tar.gz', readFileSync(join(dir, 'source.tar.gz')));
  await s3.put('data/a.txt', 'from s3\n');
  const command = ['--engine', ENGINE, '--pull', 'never', '--image', IMAGES.cpu, '--name', 'in-s3'];
  const request = [
    '--source',
    's3://bucket/jobs/source.tar.gz',
    '--program',
    'train.mjs',
    '--output',
    's3://bucket/out',
  ];
  const more = ['--channel', 'training=s3://bucket/data/', '--hp', 'sagemaker_s3_output="s3://bucket/intermediate"'];

  // The platform's part needs none in the container: the toolkit's own transfers do.
  const without = await optmlRun(t, dir, { command: [...command, ...request, ...more], variables: s3.variables });
  assert.equal(without.code, 0, without.stderr);
  assert.match(without.stdout, /^has credentials: false$/m);
  assert.deepEqual(await s3.keys('intermediate/'), []);

  const given = [...command, ...request, ...more, '--pass-credentials'];
  const { code, stdout, stderr } = await optmlRun(t, dir, {
    command: [...given, '--verbose'],
    variables: s3.variables,
  });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^has credentials: true$/m);
  const fetched = /The source unpacked from s3:\/\/bucket\/jobs\/source\.tar\.gz$/m;
  assert.match(stdout, fetched);
  assert.doesNotMatch(without.stdout, fetched);
  const model = await s3.get('out/in-s3-2/output/model.tar.gz');
  assert.ok(model !== undefined, stderr);
  assert.equal((await unpack(model, join(dir, 'model')))('m.txt').toString(), 'FROM S3\n');
  const intermediate = (await s3.keys('intermediate/')).filter((key) => key.endsWith('/seen.txt'));
  assert.equal(intermediate.length, 1, (await s3.keys()).join('\n'));
  assert.deepEqual(await s3.unfinished(), []);
});

const whyNot = ENGINE !== 'docker' && 'SKIPPED: docker shows it, no other engine trains differently';

test('the MNIST example as a job file trains to the same model on one host, on two, and without a container', {
  skip: whyNot,
}, async (t) => {
  const dir = join(temporaryFolder(t), 'mnist');
  const example = join(ROOT, 'examples', 'mnist-tfjs');
  const isLeft = (path: string) => ['node_modules', 'data', 'job', 'output'].includes(basename(path));
  cpSync(example, dir, { recursive: true, filter: (path) => !isLeft(path) });
  const dockerfile = readFileSync(join(dir, 'Dockerfile'), 'utf8');
  writeFileSync(join(dir, 'Dockerfile'), dockerfile.replace(/^FROM optml$/m, `FROM ${IMAGES.cpu}`));
  after(() => removeImages(projectTag(dir)));
  // As its README says.
  for (const command of [
    ['npm', 'ci', '--no-audit', '--no-fund'],
    ['node', 'prepare-data.mjs', 'data'],
  ]) {
    const { status, stderr } = spawnSync(command[0] ?? '', command.slice(1), { cwd: dir, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  }
  const weights = async (name: string, ...more: readonly string[]) => {
    const command = ['job.json', '--name', name, '--hp', 'epochs=1', '--hp', 'hidden_units=32', ...more];
    const { code, stdout, stderr } = await optmlRun(t, dir, { command });
    assert.equal(code, 0, stderr + stdout);
    const metrics = /^ {2}metrics {2}(train_loss=0\.\d+ {2}test_accuracy=0\.\d+)$/m.exec(stderr)?.[1];
    const archive = join(dir, 'output', name, 'output', 'model.tar.gz');
    return { metrics, weights: (await unpack(archive, join(dir, 'models', name)))('weights.bin') };
  };
  // The first one builds the image.
  const one = await weights('one', '--engine', ENGINE);
  const [two, plain] = await Promise.all([
    weights('two', '--engine', ENGINE, '--instances', '2'),
    weights('plain', '--engine', 'process'),
  ]);
  assert.ok(one.metrics !== undefined);
  assert.deepEqual(two, one);
  assert.deepEqual(plain, one);
});
