import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeProgram } from '../support/fakes.ts';
import { runJob, temporaryFolder } from '../support/job.ts';

const NEEDS = '{"name": "app", "version": "1.0.0", "dependencies": {"helper": "^1.2.0"}}';
const TRAIN = 'console.log("trained");';
const LOCK = (version: string) =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: {
      '': { dependencies: { helper: '^1.2.0' } },
      'node_modules/helper': { version },
      'node_modules/tool': { version: '9.0.0', dev: true },
    },
  });
const HELPER = (version: string) => `{"name": "helper", "version": "${version}"}`;
const CI = 'ci --omit=dev --prefer-offline --no-audit --no-fund';
const INSTALL = 'install --omit=dev --prefer-offline --no-audit --no-fund';

test('dependencies are installed by the real npm from the lock file before the script runs', async (t) => {
  const files = {
    'code/package.json': '{"name": "app", "version": "1.0.0", "dependencies": {"helper": "file:helper"}}',
    'code/package-lock.json': JSON.stringify({
      name: 'app',
      version: '1.0.0',
      lockfileVersion: 3,
      requires: true,
      packages: {
        '': { name: 'app', version: '1.0.0', dependencies: { helper: 'file:helper' } },
        helper: { version: '1.0.0' },
        'node_modules/helper': { resolved: 'helper', link: true },
      },
    }),
    'code/helper/package.json': '{"name": "helper", "version": "1.0.0", "main": "index.js"}',
    'code/helper/index.js': 'module.exports = "helped";',
    'code/train.js': 'console.log(require("helper"));',
  };
  const result = await runJob(t, { program: 'train.js', files });
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout, /(^|\n)helped\n$/);
  assert.match(result.stderr, /Installing the dependencies of .*\/code\/package\.json, by npm: .*npm ci /);
});

const WITH_LOCK = { 'code/package-lock.json': LOCK('1.4.0') };
const NPM_CASES: ReadonlyArray<readonly [string, Record<string, string>, readonly string[]]> = [
  [
    'nothing is installed where node_modules satisfies the ranges',
    { 'code/node_modules/helper/package.json': HELPER('1.4.0') },
    [],
  ],
  [
    'nothing is installed where node_modules satisfies the lock file',
    { ...WITH_LOCK, 'code/node_modules/helper/package.json': HELPER('1.4.0') },
    [],
  ],
  [
    'nothing is installed where a folder further up satisfies the ranges',
    { 'node_modules/helper/package.json': HELPER('1.2.0') },
    [],
  ],
  [
    'a version outside of the range leads to an install',
    { 'code/node_modules/helper/package.json': HELPER('2.0.0') },
    [INSTALL],
  ],
  [
    'a version that the lock file does not name leads to an install',
    { ...WITH_LOCK, 'code/node_modules/helper/package.json': HELPER('1.3.0') },
    [CI],
  ],
  ['a missing package leads to an install', WITH_LOCK, [CI]],
  ['npm-shrinkwrap.json is a lock file too', { 'code/npm-shrinkwrap.json': LOCK('1.4.0') }, [CI]],
  ['without a lock file npm installs by the ranges', {}, [INSTALL]],
  [
    'a lock file that is no JSON is left for npm to complain about',
    { 'code/package-lock.json': '{"pack', 'code/node_modules/helper/package.json': HELPER('1.4.0') },
    [CI],
  ],
];

for (const [what, files, expected] of NPM_CASES) {
  test(`${what} (a fake npm records its calls)`, async (t) => {
    const npm = fakeProgram(t, 'npm');
    const result = await runJob(
      t,
      { program: 'train.js', files: { 'code/package.json': NEEDS, 'code/train.js': TRAIN, ...files } },
      { PATH: npm.path },
    );
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, 'trained\n');
    assert.deepEqual(
      npm.calls(),
      expected.map((args) => `${result.base}/code: ${args}`),
    );
  });
}

test('a package.json without dependencies, and optional ones that are missing, need no install', async (t) => {
  for (const manifest of [
    '{}',
    '{"optionalDependencies": {"helper": "1"}, "dependencies": {"helper": "1"}}',
    '{"devDependencies": {"helper": "1"}}',
  ]) {
    const npm = fakeProgram(t, 'npm');
    await runJob(
      t,
      { program: 'train.js', files: { 'code/package.json': manifest, 'code/train.js': TRAIN } },
      { PATH: npm.path },
    );
    assert.deepEqual(npm.calls(), []);
  }
});

const YARN_1 = 'install --production --prefer-offline --non-interactive';
const PNPM = 'install --prod --prefer-offline';
const MANAGER_CASES: ReadonlyArray<readonly [string, string, Record<string, string>, string]> = [
  ['pnpm by its lock file', 'pnpm', { 'code/pnpm-lock.yaml': '' }, `${PNPM} --frozen-lockfile`],
  [
    'pnpm by packageManager',
    'pnpm',
    { 'code/package.json': `${NEEDS.slice(0, -1)}, "packageManager": "pnpm@9.1.0"}` },
    PNPM,
  ],
  ['yarn 1 by its lock file', 'yarn', { 'code/yarn.lock': '# yarn lockfile v1\n' }, `${YARN_1} --frozen-lockfile`],
  [
    'yarn 1 by packageManager',
    'yarn',
    { 'code/package.json': `${NEEDS.slice(0, -1)}, "packageManager": "yarn@1.22.22"}` },
    YARN_1,
  ],
  ['a newer yarn by its lock file', 'yarn', { 'code/yarn.lock': '__metadata:\n  version: 8\n' }, 'install --immutable'],
  [
    'packageManager before a lock file of another',
    'yarn',
    { 'code/package.json': `${NEEDS.slice(0, -1)}, "packageManager": "yarn@4.1.0"}`, 'code/pnpm-lock.yaml': '' },
    'install',
  ],
];

for (const [what, manager, files, expected] of MANAGER_CASES) {
  test(`the package manager is chosen: ${what} (a fake one records its calls)`, async (t) => {
    const fake = fakeProgram(t, manager);
    const result = await runJob(
      t,
      { program: 'train.js', files: { 'code/package.json': NEEDS, 'code/train.js': TRAIN, ...files } },
      { PATH: fake.path },
    );
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(fake.calls(), [`${result.base}/code: ${expected}`]);
  });
}

for (const [manager, file] of [
  ['pnpm', 'pnpm-lock.yaml'],
  ['yarn', 'yarn.lock'],
  ['npm', 'package-lock.json'],
] as const) {
  test(`a package manager that the image lacks is an error that says how to add it: ${manager}`, async (t) => {
    const files = { 'code/package.json': NEEDS, 'code/train.js': TRAIN, [`code/${file}`]: '{}' };
    const result = await runJob(t, { program: 'train.js', files }, { PATH: temporaryFolder(t) });
    assert.equal(result.code, 1);
    assert.equal(result.stdout, '');
    assert.match(
      result.failure ?? '',
      new RegExp(
        `INTERPRETER_MISSING: the dependencies in .*/code are installed by ${manager} \\(${file}\\), which is not on PATH`,
      ),
    );
    assert.match(
      result.failure ?? '',
      manager === 'npm'
        ? /Fix: Use a base image that brings npm/
        : new RegExp(`Fix: Add it to the image \\(RUN npm install -g ${manager}\\)`),
    );
  });
}

test('without a network the error says so and what to do', async (t) => {
  const files = {
    'code/package.json': NEEDS,
    'code/train.js': TRAIN,
    'code/.npmrc': 'registry=http://127.0.0.1:9/\nfetch-retries=0\n',
  };
  const result = await runJob(t, { program: 'train.js', files });
  assert.equal(result.code, 1);
  assert.doesNotMatch(result.stdout, /trained/);
  assert.match(
    result.failure ?? '',
    /^InstallRequirementsError:\nExitCode 1\nErrorMessage "Installing the dependencies of .*package\.json, by npm failed: no network\. Install the dependencies in the image, or ship them with the source/,
  );
  assert.match(result.failure ?? '', /ECONNREFUSED/);
});

test('a package.json that names optml is told to leave it to the image (a fake npm that finds none)', async (t) => {
  const npm = fakeProgram(t, 'npm', 'echo "npm error 404  \'optml@^0.1.0\' is not in this registry." >&2; exit 1');
  const files = {
    'code/package.json': '{"dependencies": {"helper": "1", "optml": "^0.1.0"}}',
    'code/train.js': '',
  };
  const result = await runJob(t, { program: 'train.js', files }, { PATH: npm.path });
  assert.equal(result.code, 1);
  assert.match(
    result.failure ?? '',
    /ErrorMessage "Installing .* by npm failed: optml itself comes with the image\. Take it out of the dependencies in package\.json\./,
  );
});

test('an install that fails for another reason is not called a network failure', async (t) => {
  const npm = fakeProgram(t, 'npm', 'echo "npm error code ETARGET" >&2; exit 3');
  const result = await runJob(
    t,
    { program: 'train.js', files: { 'code/package.json': NEEDS, 'code/train.js': TRAIN } },
    { PATH: npm.path },
  );
  assert.equal(result.code, 1);
  assert.match(
    result.failure ?? '',
    /^InstallRequirementsError:\nExitCode 3\nErrorMessage "Installing the dependencies of .* failed\.\nnpm error code ETARGET"/,
  );
});

test('a package in a folder gets its own dependencies and those of code/', async (t) => {
  const npm = fakeProgram(t, 'npm');
  const files = {
    'code/package.json': NEEDS,
    'code/app/package.json': '{"dependencies": {"other": "1"}}',
    'code/app/index.js': TRAIN,
  };
  const result = await runJob(t, { program: 'app', files }, { PATH: npm.path });
  assert.deepEqual(npm.calls(), [`${result.base}/code: ${INSTALL}`, `${result.base}/code/app: ${INSTALL}`]);
});
