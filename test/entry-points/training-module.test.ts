import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeProgram, writeFiles } from '../support/fakes.ts';
import { runJob, temporaryFolder } from '../support/job.ts';

const BODY =
  'console.log("module", environment.isTrainingJob, environment.hyperparameters.epochs, process.env.SM_CURRENT_HOST, process.argv.length);';
const ESM = `export async function main(environment) { await null; ${BODY} }`;
const CJS = `exports.main = async (environment) => { ${BODY} };`;
const SPEC = { hyperparameters: { epochs: '3' } };
const EXPECTED = 'module true 3 localhost 2\n';

const MODULES: ReadonlyArray<readonly [string, string, Record<string, string>]> = [
  ['framework.mjs:main', 'an ES module', { 'code/framework.mjs': ESM }],
  ['framework:main', 'an ES module without its ending', { 'code/framework.mjs': ESM }],
  ['framework.cjs:main', 'a CommonJS module', { 'code/framework.cjs': CJS }],
  ['./lib/framework.js:main', 'a path', { 'code/lib/framework.js': CJS }],
  [
    'framework.ts:main',
    'TypeScript',
    {
      'code/framework.ts': `enum A { B }\nexport async function main(environment: any): Promise<void> { void A.B; ${BODY} }`,
    },
  ],
  [
    'framework:default',
    'a default export',
    { 'code/framework.mjs': `export default async (environment) => { ${BODY} };` },
  ],
  [
    'my-framework:main',
    'an installed package in CommonJS',
    { 'code/node_modules/my-framework/package.json': '{"main": "m.js"}', 'code/node_modules/my-framework/m.js': CJS },
  ],
  [
    'my-framework:main',
    'an installed package that is only an ES module',
    {
      'code/node_modules/my-framework/package.json': '{"type": "module", "exports": {".": {"import": "./m.js"}}}',
      'code/node_modules/my-framework/m.js': ESM,
    },
  ],
  [
    '@me/framework/sub:main',
    'a part of an installed package',
    {
      'node_modules/@me/framework/package.json': '{"exports": {"./sub": "./m.mjs"}}',
      'node_modules/@me/framework/m.mjs': ESM,
    },
  ],
  ['local:main', 'a package in a folder', { 'code/local/package.json': '{"main": "m.js"}', 'code/local/m.js': CJS }],
];

for (const [value, what, files] of MODULES) {
  test(`SAGEMAKER_TRAINING_MODULE calls the function with the training environment: ${what} (C25)`, async (t) => {
    const result = await runJob(t, { ...SPEC, files }, { SAGEMAKER_TRAINING_MODULE: value });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, EXPECTED);
    assert.equal(result.isSuccess, true);
  });
}

for (const name of ['framework', 'cluster', 'process']) {
  test(`a Python module is imported and called without arguments: ${name} (C25)`, async (t) => {
    const files = {
      [`code/${name}.py`]:
        'import os, sys\ndef main(*args):\n    print("python", args, sys.argv[1:], os.environ["SM_CURRENT_HOST"])\n',
    };
    const result = await runJob(t, { ...SPEC, files }, { SAGEMAKER_TRAINING_MODULE: `${name}:main` });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, 'python () [] localhost\n');
  });
}

test('nothing is fetched, installed or waited for with a framework module (C25)', async (t) => {
  const npm = fakeProgram(t, 'npm');
  const source = temporaryFolder(t);
  writeFiles(source, { 'train.sh': 'echo no\n' });
  const files = { 'code/.keep': '', 'framework/node_modules/f/package.json': '{"main": "m.cjs"}' };
  const spec = {
    ...SPEC,
    program: 'train.sh',
    resourceConfig: { current_host: 'localhost', hosts: ['localhost', 'no-such-host.invalid'] },
    files: {
      ...files,
      'code/framework.cjs': CJS,
      'code/package.json': '{"dependencies": {"x": "1"}}',
      'code/requirements.txt': 'x',
    },
  };
  const result = await runJob(t, spec, {
    SAGEMAKER_TRAINING_MODULE: 'framework.cjs:main',
    SAGEMAKER_SUBMIT_DIRECTORY: source,
    PATH: npm.path,
  });
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.stdout, EXPECTED);
  assert.deepEqual(npm.calls(), []);
  assert.doesNotMatch(result.stderr, /Installing|Waiting for/);
});

test('an empty SAGEMAKER_TRAINING_MODULE is treated as not set (C25)', async (t) => {
  const result = await runJob(
    t,
    { program: 'train.sh', files: { 'code/train.sh': 'echo script\n' } },
    { SAGEMAKER_TRAINING_MODULE: '' },
  );
  assert.equal(result.stdout, 'script\n');
});

for (const value of ['framework', 'a:b:c', ':main', 'framework:', ':']) {
  test(`a SAGEMAKER_TRAINING_MODULE that is not module:function is a clear error: ${value} (C25)`, async (t) => {
    const result = await runJob(t, { files: { 'code/framework.cjs': CJS } }, { SAGEMAKER_TRAINING_MODULE: value });
    assert.equal(result.code, 1);
    assert.match(
      result.failure ?? '',
      new RegExp(
        `^UserError TRAINING_MODULE_INVALID: expected SAGEMAKER_TRAINING_MODULE to be module:function, got "${value}"`,
      ),
    );
  });
}

test('a module without the function is an error that names both', async (t) => {
  const result = await runJob(
    t,
    { files: { 'code/framework.mjs': ESM } },
    { SAGEMAKER_TRAINING_MODULE: 'framework:other' },
  );
  assert.equal(result.code, 1);
  assert.match(
    result.failure ?? '',
    /ErrorMessage "TypeError: SAGEMAKER_TRAINING_MODULE: .*framework\.mjs exports no function "other"/,
  );
});

test('what the function throws fails the job', async (t) => {
  const result = await runJob(
    t,
    { files: { 'code/f.mjs': 'export const main = async () => { throw new RangeError("too far"); };' } },
    { SAGEMAKER_TRAINING_MODULE: 'f:main' },
  );
  assert.equal(result.code, 1);
  assert.match(result.failure ?? '', /ErrorMessage "RangeError: too far \(f\.mjs, line 1/);
});

test('a module that is nowhere is an error that names it, with Python and without', async (t) => {
  const withPython = await runJob(t, {}, { SAGEMAKER_TRAINING_MODULE: 'no_such_module:main' });
  assert.equal(withPython.code, 1);
  assert.match(withPython.failure ?? '', /ModuleNotFoundError: No module named 'no_such_module'/);
  const without = await runJob(t, {}, { SAGEMAKER_TRAINING_MODULE: 'no_such_module:main', PATH: temporaryFolder(t) });
  assert.equal(without.code, 1);
  assert.match(without.failure ?? '', /TRAINING_MODULE_INVALID: no module "no_such_module" was found/);
});
