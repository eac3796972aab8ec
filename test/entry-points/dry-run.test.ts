// `optml train --dry-run`: what would be started. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type JobSpec, makeJob, ROOT, TRAIN } from '../support/job.ts';
import { launchJob } from '../support/launch.ts';
import { type CommandResult, runWords } from '../support/run.ts';

const OPTML = join(ROOT, 'dist', 'bin', 'optml.cjs');

function dryRun(
  t: TestContext,
  base: string,
  variables: NodeJS.ProcessEnv = {},
  command = [OPTML, 'train', '--dry-run', '--json'],
) {
  return runWords(t, [process.execPath, ...command], {
    variables: { HOME: '/nonexistent', SAGEMAKER_BASE_DIR: base, ...variables },
  });
}

const shellSpec = (spec: JobSpec = {}): JobSpec => ({
  program: 'train.sh',
  files: { 'code/train.sh': '#!/bin/sh\ntouch ../model/started\n' },
  ...spec,
});
const shown = ({ stdout, stderr }: CommandResult) => {
  assert.equal(stdout.trim().split('\n').length, 1, stderr);
  return JSON.parse(stdout) as { launcher: string; role: string; argv: string[]; env: Record<string, string> };
};

function stateOf(dir: string): readonly string[] {
  const entries = readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort();
  return entries.map((name) => {
    const { mode, mtimeMs, size } = statSync(join(dir, name));
    return `${name} ${mode} ${size} ${mtimeMs}`;
  });
}

test('it starts, writes and waits for nothing, and the program stays as it is', async (t) => {
  const base = makeJob(t, { ...shellSpec(), ...launchJob({ hosts: ['nowhere-1', 'nowhere-2'] }), program: 'train.sh' });
  const before = stateOf(base);
  const result = await dryRun(t, base);
  assert.equal(result.code, 0, result.stderr);
  const { launcher, role, argv, env } = shown(result);
  assert.deepEqual([launcher, role, argv], ['process', 'single', ['./train.sh']]);
  assert.equal(env['SM_CURRENT_HOST'], 'nowhere-1');
  assert.deepEqual(stateOf(base), before);
});

test('"train --dry-run" is the same, and without --json it is for people', async (t) => {
  const base = makeJob(t, shellSpec({ hyperparameters: { note: 'a b' } }));
  const { stdout } = await dryRun(t, base, {}, [TRAIN, 'train', '--dry-run']);
  assert.match(stdout, /^launcher: process\nrole: single\ncommand: .\/train.sh --note 'a b'\nenvironment:\n/);
  assert.match(stdout, /^ {2}SM_HP_NOTE=a b$/m);
});

test('secrets are masked in the command and in the environment', async (t) => {
  const hyperparameters = {
    api_key: 'hyper-secret-1',
    sagemaker_mpi_enabled: 'true',
    sagemaker_mpi_custom_mpi_options: '-x MY_TOKEN=option-secret',
  };
  const base = makeJob(t, shellSpec({ hyperparameters }));
  const result = await dryRun(t, base, {
    AWS_SECRET_ACCESS_KEY: 'variable-secret',
    COPY: 'has variable-secret inside',
  });
  const { argv, env } = shown(result);
  assert.doesNotMatch(result.stdout, /hyper-secret-1|variable-secret|option-secret/);
  assert.equal(argv[argv.indexOf('--api_key') + 1], '******');
  assert.deepEqual([env['AWS_SECRET_ACCESS_KEY'], env['COPY']], ['******', 'has ****** inside']);
});

test('what only the start can miss is no error: no Python, no torchrun, no source yet', async (t) => {
  const torch = { sagemaker_torch_distributed_enabled: 'true' };
  const base = makeJob(t, { program: 'train.py', hyperparameters: torch });
  const variables = { PATH: '/nonexistent', SAGEMAKER_SUBMIT_DIRECTORY: 's3://bucket/source.tar.gz' };
  const { launcher, argv } = shown(await dryRun(t, base, variables));
  assert.deepEqual([launcher, argv], ['torchrun', ['torchrun', '--nnodes', '1', '--nproc_per_node', '1', 'train.py']]);
});

test('a source that is still to be copied is looked at where it lies', async (t) => {
  const base = makeJob(t, { program: 'pkg/train.py' });
  const source = join(base, 'source');
  mkdirSync(join(source, 'pkg'), { recursive: true });
  writeFileSync(join(source, 'setup.py'), '');
  writeFileSync(join(source, 'pkg', 'train.py'), '');
  const { argv } = shown(await dryRun(t, base, { SAGEMAKER_SUBMIT_DIRECTORY: source }));
  assert.deepEqual(argv.slice(1), ['-m', 'pkg.train']);
});

test('what train would refuse is refused, without a stack', async (t) => {
  const base = makeJob(t, shellSpec({ program: 'trian.sh' }));
  const { code, stdout, stderr } = await dryRun(t, base);
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /^UserError PROGRAM_NOT_FOUND: .*\nWhere: .*\nFix: Did you mean "train.sh"\?\n$/);
  const none = await dryRun(t, join(base, 'nothing'));
  assert.match(none.stderr, /^UserError CONFIG_MISSING: /);
  const usage = await dryRun(t, base, {}, [OPTML, 'train', '--dry-run', '--jsn']);
  assert.deepEqual([usage.code, usage.stderr], [2, 'train: unknown option "--jsn". Did you mean "--json"?\n']);
});
