import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BACKEND, PYPROJECT } from '../support/demo-package.ts';
import { pathWithOnly } from '../support/fakes.ts';
import { runJob, temporaryFolder } from '../support/job.ts';

// The interpreter itself: what lies on PATH may be a wrapper that needs more of PATH.
const PYTHON = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();

function pipVariables(t: Parameters<typeof temporaryFolder>[0]): NodeJS.ProcessEnv {
  const target = temporaryFolder(t);
  return {
    PIP_TARGET: target,
    PYTHONPATH: target,
    PIP_NO_INDEX: '1',
    PIP_ROOT_USER_ACTION: 'ignore',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
  };
}

test('a Python script gets its arguments, unbuffered output and code/ in front of its module path (C24)', async (t) => {
  const files = {
    'code/train.py':
      'import os, sys, helper\nprint(sys.argv[1:], helper.X, os.environ["PYTHONUNBUFFERED"], os.getcwd() == os.path.dirname(os.path.abspath(__file__)))\n',
    'code/helper.py': 'X = 5\n',
  };
  const result = await runJob(t, { program: 'train.py', hyperparameters: { lr: '0.10' }, files });
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.stdout, "['--lr', '0.1'] 5 1 True\n");
});

test('a Python script whose name starts with a dash is a script, no option', async (t) => {
  const result = await runJob(t, { program: '-V.py', files: { 'code/-V.py': 'print("ran")\n' } });
  assert.equal(result.stdout, 'ran\n');
});

test('a Python script in an image without Python is a clear error', async (t) => {
  const result = await runJob(t, { program: 'train.py', files: { 'code/train.py': '' } }, { PATH: temporaryFolder(t) });
  assert.equal(result.code, 1);
  assert.match(
    result.failure ?? '',
    /^UserError INTERPRETER_MISSING: the entry point "train\.py" needs Python, and there is no python3 or python on PATH\n/,
  );
  assert.match(result.failure ?? '', /Fix: Add Python to the image: RUN apt-get/);
});

test('a Python that is only called python is found', async (t) => {
  const only = pathWithOnly(t, { python: PYTHON });
  const result = await runJob(t, { program: 'train.py', files: { 'code/train.py': 'print("ran")\n' } }, { PATH: only });
  assert.equal(result.stdout, 'ran\n', result.stderr);
});

test('requirements.txt is installed by pip before the script runs (C24)', async (t) => {
  const files = {
    'code/train.py': 'import demo\nprint(demo.VALUE)\n',
    'code/requirements.txt': './vendor/demo\n',
    'code/vendor/demo/pyproject.toml': PYPROJECT,
    'code/vendor/demo/backend.py': BACKEND,
  };
  const result = await runJob(t, { program: 'train.py', files }, pipVariables(t));
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout, /\ninstalled\n$/);
  assert.match(result.stderr, /Installing requirements\.txt with pip: \S*python3? -m pip install -r requirements\.txt/);
});

test("requirements that cannot be installed end the job in the reference's form, and the script does not run (C51)", async (t) => {
  const files = { 'code/train.py': 'print("ran")\n', 'code/requirements.txt': 'no-such-package-of-optml==9\n' };
  const result = await runJob(t, { program: 'train.py', files }, pipVariables(t));
  assert.equal(result.code, 1);
  assert.doesNotMatch(result.stdout, /ran/);
  assert.match(
    result.failure ?? '',
    /^InstallRequirementsError:\nExitCode 1\nErrorMessage "ERROR: .*\nInstalling requirements\.txt with pip failed\.\n(.|\n)*no-such-package-of-optml/,
  );
});

test('a setup.py makes it a Python package: installed, then run as a module (C24)', async (t) => {
  const files = { 'code/setup.py': '', 'code/pyproject.toml': PYPROJECT, 'code/backend.py': BACKEND };
  const result = await runJob(t, { program: 'demo/run.py', hyperparameters: { a: '1' }, files }, pipVariables(t));
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout, /\npackage True \['-a', '1'\]\n$/);
  assert.match(result.stderr, / -m demo\.run -a 1/);
});

test('a Python package that cannot be installed is an InstallModuleError (C51)', async (t) => {
  const files = {
    'code/setup.py': '',
    'code/pyproject.toml': PYPROJECT,
    'code/backend.py': 'raise SystemExit("no backend today")\n',
  };
  const result = await runJob(t, { program: 'demo', files }, pipVariables(t));
  assert.notEqual(result.code, 0);
  assert.match(result.failure ?? '', /^InstallModuleError:\nExitCode [1-9]/);
  assert.equal(existsSync(join(result.base, 'output/success')), false);
});

test('a shell script beside a setup.py stays a shell script (C24)', async (t) => {
  const files = { 'code/setup.py': 'raise SystemExit(9)\n', 'code/train.sh': 'echo shell\n' };
  assert.equal((await runJob(t, { program: 'train.sh', files })).stdout, 'shell\n');
});
