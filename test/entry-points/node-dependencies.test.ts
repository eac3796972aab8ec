import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fakeProgram, pathWithOnly } from '../support/fakes.ts';
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
  assert.match(result.stderr, /Installing the dependencies of .*\/code\/package\.json with npm: .*npm ci /);
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
        : new RegExp(`Fix: Install it: npm install -g ${manager}; in a Dockerfile: RUN npm install -g ${manager}\\.`),
    );
  });
}

const REGISTRY = 'http://127.0.0.1:9/private/';

for (const [where, files, source] of [
  ['.npmrc', { 'code/.npmrc': `registry=${REGISTRY}\nfetch-retries=0\n` }, /code\/\.npmrc\. Correct it there/],
  ['a variable', {}, /the variable npm_config_registry\. Correct it there/],
  [
    'the lock file',
    {
      'code/.npmrc': 'fetch-retries=0\n',
      'code/package-lock.json': LOCK('1.4.0').replace('"version"', `"resolved": "${REGISTRY}helper.tgz", "version"`),
    },
    /code\/package-lock\.json\. Correct it there/,
  ],
] as const) {
  test(`a registry that refuses connections is named, and what sets it: ${where}`, async (t) => {
    const program = { program: 'train.js', files: { 'code/package.json': NEEDS, 'code/train.js': TRAIN, ...files } };
    const variables = where === 'a variable' ? { npm_config_registry: REGISTRY, npm_config_fetch_retries: '0' } : {};
    const result = await runJob(t, program, { npm_config_cache: temporaryFolder(t), ...variables });
    assert.equal(result.code, 1);
    assert.doesNotMatch(result.stdout, /trained/);
    const [line = ''] = /Installing the dependencies of [^\n]*/.exec(result.failure ?? '') ?? [];
    assert.match(
      line,
      /with npm failed: the registry http:\/\/127\.0\.0\.1:9\/private\/\S* refuses connections \(ECONNREFUSED\)/,
    );
    assert.match(line, source);
    assert.match(line, /or install the dependencies in the image, or ship them with the source/);
  });
}

const FAILURES: ReadonlyArray<readonly [string, string, RegExp]> = [
  [
    'no network',
    'npm error FetchError: request to https://registry.invalid/helper failed, reason: getaddrinfo EAI_AGAIN registry.invalid',
    /failed: no network: the registry https:\/\/registry\.invalid\/ has a name that cannot be resolved \(EAI_AGAIN\)\. Install the dependencies/,
  ],
  [
    'no access',
    'npm error code E401\nnpm error 401 Unauthorized - GET https://user:pw@registry.invalid/helper',
    /failed: the registry https:\/\/registry\.invalid\/ refuses access \(code E401\)\. Give it credentials/,
  ],
  [
    'an offline package manager',
    'npm error code ENOTCACHED',
    /failed: no network\. Install the dependencies in the image/,
  ],
];

for (const [what, output, expected] of FAILURES) {
  test(`a failed installation names its cause: ${what} (a fake npm)`, async (t) => {
    const npm = fakeProgram(t, 'npm', `cat >&2 <<'END'\n${output}\nEND\nexit 1`);
    const files = { 'code/package.json': NEEDS, 'code/train.js': TRAIN };
    const result = await runJob(t, { program: 'train.js', files }, { PATH: npm.path, HOME: temporaryFolder(t) });
    assert.equal(result.code, 1);
    const [line = ''] = /Installing the dependencies of [^\n]*/.exec(result.failure ?? '') ?? [];
    assert.match(line, expected);
    assert.doesNotMatch(line, /pw@/);
  });
}

test('a package.json that names optml gets the advice to leave it to the image (a fake npm that finds none)', async (t) => {
  const npm = fakeProgram(t, 'npm', 'echo "npm error 404  \'optml@^0.1.0\' is not in this registry." >&2; exit 1');
  const files = {
    'code/package.json': '{"dependencies": {"helper": "1", "optml": "^0.1.0"}}',
    'code/train.js': '',
  };
  const result = await runJob(t, { program: 'train.js', files }, { PATH: npm.path });
  assert.equal(result.code, 1);
  assert.match(
    result.failure ?? '',
    /Installing .* with npm failed: optml itself comes with the image\. Take it out of the dependencies in package\.json\./,
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

const PLATFORM_LOCK = (fields: object) =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: {
      '': { dependencies: { helper: '^1.2.0' } },
      'node_modules/helper': { version: '1.4.0' },
      'node_modules/helper-native': { version: '1.0.0', optional: true, ...fields },
    },
  });
const OTHER_OS = process.platform === 'linux' ? 'darwin' : 'linux';
const PLATFORM_CASES: ReadonlyArray<readonly [string, object, boolean]> = [
  ['this system', { os: [process.platform] }, true],
  ['this system and processor', { os: [process.platform], cpu: [process.arch] }, true],
  ['every system but another one', { os: [`!${OTHER_OS}`] }, true],
  ['another system', { os: [OTHER_OS] }, false],
  ['another processor', { os: [process.platform], cpu: ['s390x'] }, false],
  ['every system but this one', { os: [`!${process.platform}`] }, false],
  ['a C library that does not exist', { os: [process.platform], libc: ['none'] }, false],
  ['any machine', {}, false],
];

for (const [what, fields, isInstalled] of PLATFORM_CASES) {
  test(`a missing optional package for ${what} ${isInstalled ? 'leads to an install' : 'needs no install'}`, async (t) => {
    const npm = fakeProgram(t, 'npm');
    const files = {
      'code/package.json': NEEDS,
      'code/train.js': TRAIN,
      'code/package-lock.json': PLATFORM_LOCK(fields),
      'code/node_modules/helper/package.json': HELPER('1.4.0'),
    };
    const result = await runJob(t, { program: 'train.js', files }, { PATH: npm.path });
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(npm.calls(), isInstalled ? [`${result.base}/code: ${CI}`] : []);
  });
}

test('a node_modules without any optional package, although the lock file has some for all systems, was made so', async (t) => {
  const npm = fakeProgram(t, 'npm');
  const lock = JSON.parse(PLATFORM_LOCK({ os: [process.platform] }));
  lock.packages['node_modules/helper-other'] = { version: '1.0.0', optional: true, os: [OTHER_OS] };
  const files = {
    'code/package.json': NEEDS,
    'code/train.js': TRAIN,
    'code/package-lock.json': JSON.stringify(lock),
    'code/node_modules/helper/package.json': HELPER('1.4.0'),
  };
  const omitted = await runJob(t, { program: 'train.js', files }, { PATH: npm.path });
  assert.equal(omitted.code, 0, omitted.stderr);
  assert.deepEqual(npm.calls(), []);
  const foreign = { ...files, 'code/node_modules/helper-other/package.json': '{"version": "1.0.0"}' };
  const elsewhere = await runJob(t, { program: 'train.js', files: foreign }, { PATH: npm.path });
  assert.deepEqual(npm.calls(), [`${elsewhere.base}/code: ${CI}`]);
});

const ADDON_CASES = [
  ['for this machine', readFileSync(process.execPath).subarray(0, 64).toString('latin1'), false],
  ['for macOS', '\u00cf\u00fa\u00ed\u00fe and more', process.platform !== 'darwin'],
  ['for Windows', 'MZ and more', process.platform !== 'win32'],
  ['in no known format', 'text', false],
] as const;

for (const [what, content, isInstalled] of ADDON_CASES) {
  test(`a native addon ${what} ${isInstalled ? 'leads to an install' : 'needs no install'}`, async (t) => {
    const npm = fakeProgram(t, 'npm');
    const lock = JSON.parse(PLATFORM_LOCK({}));
    lock.packages['node_modules/helper'].hasInstallScript = true;
    const result = await runJob(
      t,
      {
        program: 'train.js',
        files: {
          'code/package.json': NEEDS,
          'code/train.js': TRAIN,
          'code/package-lock.json': JSON.stringify(lock),
          'code/node_modules/helper/package.json': HELPER('1.4.0'),
          'code/node_modules/helper/build/Release/helper.node': Buffer.from(content, 'latin1'),
        },
      },
      { PATH: npm.path },
    );
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(npm.calls(), isInstalled ? [`${result.base}/code: ${CI}`] : []);
  });
}

const SCRIPT = 'code/packages/trainer/src/train.js';
const WORKSPACE = {
  'code/package.json': '{"private": true, "workspaces": ["packages/*"]}',
  'code/packages/core/package.json': '{"name": "@me/core", "version": "1.0.0", "main": "core.js"}',
  'code/packages/core/core.js': 'module.exports = 7;',
  'code/packages/trainer/package.json':
    '{"name": "@me/trainer", "version": "1.0.0", "dependencies": {"@me/core": "*"}}',
  [SCRIPT]: 'console.log("core", require("@me/core"));',
};

test('a workspace is installed by the real npm as a whole, and only once', async (t) => {
  const result = await runJob(t, { program: SCRIPT.slice('code/'.length), files: WORKSPACE });
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout, /(^|\n)core 7\n$/);
  const installs = result.stderr.split('\n').filter((line) => line.includes('Installing the dependencies'));
  assert.equal(installs.length, 1, result.stderr);
  assert.match(installs[0] ?? '', /\/code\/package\.json with npm/);
});

const LINKED = { 'code/node_modules/@me/core/package.json': '{"name": "@me/core", "version": "1.0.0"}' };
const TRAINER_LINKED = { 'code/node_modules/@me/trainer/package.json': '{"name": "@me/trainer", "version": "1.0.0"}' };
const WORKSPACE_CASES: ReadonlyArray<readonly [string, string, Record<string, string>, readonly string[]]> = [
  ['all members are linked', 'npm', { ...LINKED, ...TRAINER_LINKED }, []],
  ['a member is not linked', 'npm', LINKED, [INSTALL]],
  [
    'a member lacks a dependency',
    'npm',
    {
      ...LINKED,
      ...TRAINER_LINKED,
      'code/packages/core/package.json': '{"name": "@me/core", "dependencies": {"x": "1"}}',
    },
    [INSTALL],
  ],
  [
    'yarn names its members in an object, also deeper ones',
    'yarn',
    { 'code/package.json': '{"workspaces": {"packages": ["pack?ges/**", "!packages/core"]}}', 'code/yarn.lock': '' },
    ['install --production --prefer-offline --non-interactive --frozen-lockfile'],
  ],
  [
    'pnpm names its members in a file of its own',
    'pnpm',
    {
      'code/package.json': '{"private": true}',
      'code/pnpm-workspace.yaml': "packages:\n  # all\n  - 'packages/*'\nonlyBuiltDependencies: []\n",
      'code/pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
    },
    ['install --prod --prefer-offline --frozen-lockfile'],
  ],
];

for (const [what, manager, files, expected] of WORKSPACE_CASES) {
  test(`a workspace is judged with its members: ${what} (a fake ${manager} records its calls)`, async (t) => {
    const fake = fakeProgram(t, manager);
    const job = { program: SCRIPT.slice('code/'.length), files: { ...WORKSPACE, [SCRIPT]: TRAIN, ...files } };
    const result = await runJob(t, job, { PATH: fake.path });
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(
      fake.calls(),
      expected.map((args) => `${result.base}/code: ${args}`),
    );
  });
}

test('a package.json beside the script is installed too, and those between it and code/', async (t) => {
  const npm = fakeProgram(t, 'npm');
  const files = {
    'code/a/package.json': NEEDS,
    'code/a/b/package.json': '{"dependencies": {"other": "1"}}',
    'code/a/c/package.json': NEEDS,
    'code/a/b/train.js': TRAIN,
  };
  const result = await runJob(t, { program: 'a/b/train.js', files }, { PATH: npm.path });
  assert.equal(result.code, 0, result.stderr);
  assert.deepEqual(npm.calls(), [`${result.base}/code/a: ${INSTALL}`, `${result.base}/code/a/b: ${INSTALL}`]);
});

const EXEC_CASES: ReadonlyArray<readonly [string, Record<string, string>, string]> = [
  [
    'the pnpm of packageManager',
    { 'code/package.json': `${NEEDS.slice(0, -1)}, "packageManager": "pnpm@9.1.0+sha512.ab"}` },
    `exec --yes --package=pnpm@9.1.0 -- pnpm ${PNPM}`,
  ],
  [
    'a pnpm that reads the lock file',
    { 'code/pnpm-lock.yaml': "lockfileVersion: '6.0'\n" },
    `exec --yes --package=pnpm@8 -- pnpm ${PNPM} --frozen-lockfile`,
  ],
  ['yarn 1', { 'code/yarn.lock': '' }, `exec --yes --package=yarn@1 -- yarn ${YARN_1} --frozen-lockfile`],
  [
    'a newer yarn',
    { 'code/yarn.lock': '__metadata:\n  version: 8\n' },
    'exec --yes --package=@yarnpkg/cli-dist@4 -- yarn install --immutable',
  ],
];

for (const [what, files, expected] of EXEC_CASES) {
  test(`npm gets a package manager that is not on PATH: ${what} (a fake npm records its calls)`, async (t) => {
    const npm = fakeProgram(t, 'npm');
    const job = { program: 'train.js', files: { 'code/package.json': NEEDS, 'code/train.js': TRAIN, ...files } };
    const [folder = ''] = npm.path.split(':');
    const result = await runJob(t, job, { PATH: pathWithOnly(t, { npm: `${folder}/npm` }) });
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(npm.calls(), [`${result.base}/code: ${expected}`]);
  });
}
