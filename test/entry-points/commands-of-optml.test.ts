import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeJob, ROOT, TRAIN, temporaryFolder } from '../support/job.ts';
import { runWords } from '../support/run.ts';
import { VERSION } from '../support/version.ts';

const OPTML = join(ROOT, 'dist', 'bin', 'optml.cjs');

function run(t: TestContext, file: string, command: readonly string[], variables: NodeJS.ProcessEnv = {}) {
  return runWords(t, [process.execPath, file, ...command], {
    variables: { HOME: temporaryFolder(t), OPTML_PACKAGE: 'never', ...variables },
  });
}

const ODD = {
  'odd-name': '"it\'s \\"$HOME\\" `x`\\nnew line \\\\ é"',
  empty: '""',
  api_token: '"s3cret-value"',
  n: '12345678901234567890',
};

function jobWithOddValues(t: TestContext): string {
  return makeJob(t, {
    program: 'train.sh',
    hyperparameters: ODD,
    inputDataConfig: { training: {} },
    files: { 'code/train.sh': 'env -0\n' },
  });
}

for (const [name, file, command] of [
  ['train', TRAIN, []],
  ['train train', TRAIN, ['train']],
  ['optml train', OPTML, ['train']],
] as const) {
  test(`${name} runs the job (C1)`, async (t) => {
    const base = makeJob(t, {
      program: 'train.sh',
      hyperparameters: { a: '1' },
      files: { 'code/train.sh': 'echo "ran $*"\n' },
    });
    const result = await run(t, file, command, { SAGEMAKER_BASE_DIR: base });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, 'ran -a 1\n');
    assert.equal(existsSync(join(base, 'output/success')), true);
  });
}

for (const [name, file, command, output] of [
  ['train --help', TRAIN, ['--help'], /^train - runs a SageMaker training job(.|\n)*Usage: train /],
  ['train train -h', TRAIN, ['train', '-h'], /^train - /],
  ['train --version', TRAIN, ['--version'], new RegExp(`^${VERSION}\n$`)],
  ['optml --help', OPTML, ['--help'], /^optml - (.|\n)*Usage: optml train/],
  ['optml --version', OPTML, ['--version'], new RegExp(`^${VERSION}\n$`)],
  ['optml train --help', OPTML, ['train', '--help'], /^train - /],
  ['optml run -h', OPTML, ['run', '-h'], /^optml run - (.|\n)*--source/],
  ['optml env --help', OPTML, ['env', '--help'], /^optml env - (.|\n)*--shell/],
] as const) {
  test(`${name} is answered on standard output, with exit code 0, without a job`, async (t) => {
    const result = await run(t, file, command, { SAGEMAKER_BASE_DIR: '/does/not/exist' });
    assert.equal(result.code, 0);
    assert.match(result.stdout, output);
    assert.equal(result.stderr, '');
  });
}

for (const [name, file, command, message] of [
  ['train --versoin', TRAIN, ['--versoin'], 'train: unknown option "--versoin". Did you mean "--version"?\n'],
  [
    'train --bogus',
    TRAIN,
    ['--bogus'],
    'train: unknown option "--bogus". It takes no arguments; settings are variables.\n',
  ],
  ['train trian', TRAIN, ['trian'], 'train: unknown argument "trian". Did you mean "train"?\n'],
  ['optml tarin', OPTML, ['tarin'], 'optml: unknown command "tarin". Did you mean "train"?\n'],
  ['optml envv', OPTML, ['envv'], 'optml: unknown command "envv". Did you mean "env"?\n'],
  ['optml --hlep', OPTML, ['--hlep'], 'optml: unknown option "--hlep". Did you mean "--help"?\n'],
  ['optml zzzzz', OPTML, ['zzzzz'], 'optml: unknown command "zzzzz". Run "optml --help" for what there is.\n'],
  [
    'optml env --jsn',
    OPTML,
    ['env', '--jsn'],
    'UserError USAGE: optml env: unknown option "--jsn"\nFix: Did you mean "--json"?\n',
  ],
  [
    'optml env -q',
    OPTML,
    ['env', '-q'],
    'UserError USAGE: optml env: unknown option "-q"\nFix: Run "optml env --help".\n',
  ],
  [
    'optml env words',
    OPTML,
    ['env', 'words'],
    'UserError USAGE: optml env: it takes no argument, got "words"\nFix: Leave it out.\n',
  ],
  [
    'optml env --json --shell',
    OPTML,
    ['env', '--json', '--shell'],
    'UserError USAGE: optml env: --json and --shell cannot be combined\nFix: Choose one.\n',
  ],
] as const) {
  test(`${name} is refused with exit code 2 and the nearest match`, async (t) => {
    const base = jobWithOddValues(t);
    const result = await run(t, file, command, { SAGEMAKER_BASE_DIR: base });
    assert.equal(result.code, 2);
    assert.equal(result.stdout, '');
    assert.equal(result.stderr, message);
    assert.equal(existsSync(join(base, 'output/failure')), false);
  });
}

test('optml without a command shows its help on standard error, with exit code 2', async (t) => {
  const result = await run(t, OPTML, []);
  assert.equal(result.code, 2);
  assert.match(result.stderr, /Usage: optml train/);
});

test('optml env --json and --shell give what the script would get, byte for byte', async (t) => {
  const base = jobWithOddValues(t);
  const variables = { SAGEMAKER_BASE_DIR: base };
  const script = await run(t, TRAIN, [], variables);
  const seen = new Map(
    script.stdout.split('\0').map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
  const json = JSON.parse((await run(t, OPTML, ['env', '--json', '--json'], variables)).stdout) as Record<
    string,
    string
  >;
  const named = Object.entries(json).filter(([name]) => /^\w+$/.test(name));
  assert.equal(named.length > 40, true);
  for (const [name, value] of named) assert.equal(value, seen.get(name), name);
  assert.equal(json['SM_HP_ODD-NAME'], 'it\'s "$HOME" `x`\nnew line \\ é');
  assert.equal(json['SM_HP_N'], '12345678901234567890');
  const command = ['/bin/sh', '-c', `eval "$('${process.execPath}' '${OPTML}' env --shell)" && env -0`];
  const evaluated = new Set((await runWords(t, command, { variables })).stdout.split('\0'));
  for (const [name, value] of named) assert.equal(evaluated.has(`${name}=${value}`), true, name);
});

test('optml env is readable, masks secrets and writes nothing', async (t) => {
  const base = jobWithOddValues(t);
  rmSync(join(base, 'code'), { recursive: true });
  const result = await run(t, OPTML, ['env'], { SAGEMAKER_BASE_DIR: base });
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout, new RegExp(`^SM_MODEL_DIR=${base}/model$`, 'm'));
  assert.match(result.stdout, /^SM_CHANNELS=\["training"\]$/m);
  assert.doesNotMatch(result.stdout, /s3cret-value/);
  assert.equal(existsSync(join(base, 'code')), false);
});

test('optml env without a job is an error, and makes no job folder', {
  skip: existsSync('/opt/ml') && 'SKIPPED: /opt/ml exists on this machine',
}, async (t) => {
  const home = temporaryFolder(t);
  const result = await run(t, OPTML, ['env'], { HOME: home });
  assert.equal(result.code, 1);
  assert.match(result.stderr, /^UserError CONFIG_MISSING: there is no job here/);
  assert.equal(existsSync(join(home, 'sagemaker_local')), false);
});

test('optml env names a configuration error', async (t) => {
  const result = await run(t, OPTML, ['env'], { SAGEMAKER_BASE_DIR: '/does/not/exist' });
  assert.equal(result.code, 1);
  assert.match(
    result.stderr,
    /^UserError CONFIG_MISSING: \/does\/not\/exist\/input\/config\/resourceconfig\.json does not exist/,
  );
});
