import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { makeJob, runJob, startTrain } from '../support/job.ts';
import { pythonJob, shellJob } from '../support/processes.ts';

describe('the outcome of a job', { concurrency: 2 }, () => {
  test('a script that succeeds leaves a success file, no failure file, and exit code 0', async (t) => {
    const result = await runJob(t, shellJob('echo out; echo err >&2'));
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.isSuccess, true);
    assert.equal(readFileSync(join(result.base, 'output', 'success'), 'utf8'), '');
    assert.equal(result.failure, undefined);
    assert.equal(result.stdout, 'out\n');
    assert.match(result.stderr, /^err$/m);
  });

  for (const code of [1, 2, 42, 125, 126, 127, 137, 255]) {
    test(`the exit code ${code} of a script is train's own (C71)`, async (t) => {
      const result = await runJob(t, shellJob(`exit ${code}`));
      assert.equal(result.code, code);
      assert.match(result.failure ?? '', new RegExp(`^ExecuteUserScriptError:\nExitCode ${code}\nErrorMessage "`));
      assert.equal(result.isSuccess, false);
    });
  }

  test('an existing failure file is kept (C51)', async (t) => {
    const result = await runJob(t, shellJob('exit 3', { files: { 'output/failure': 'of an earlier step' } }));
    assert.equal(result.code, 3);
    assert.equal(result.failure, 'of an earlier step');
    assert.match(result.stderr, /Failure file exists\. Skipping creation\.\.\.\./);
  });

  test("the script's own failure file is kept (C51)", async (t) => {
    const result = await runJob(
      t,
      shellJob('printf "my own words" > "$SM_OUTPUT_DIR/failure"; echo noise >&2; exit 4'),
    );
    assert.equal(result.code, 4);
    assert.equal(result.failure, 'my own words');
  });

  test('the success file of an earlier run is gone while the script runs, and after a failure', async (t) => {
    const script = '[ -e "$SM_OUTPUT_DIR/success" ] && echo still there; exit 3';
    const result = await runJob(t, shellJob(script, { files: { 'output/success': '' } }));
    assert.equal(result.code, 3);
    assert.equal(result.stdout, '');
    assert.equal(result.isSuccess, false);
  });

  test('the success file of an earlier run is gone after an error in the configuration too', async (t) => {
    const spec = { program: 'missing.sh', files: { 'output/success': '' } };
    const result = await runJob(t, spec);
    assert.equal(result.code, 1);
    assert.equal(result.isSuccess, false);
    assert.match(result.failure ?? '', /PROGRAM_NOT_FOUND/);
  });

  test('a script that removes the output folder still gets its outcome recorded', async (t) => {
    const ok = await runJob(t, shellJob('rm -rf "$SM_OUTPUT_DIR"'));
    assert.equal(ok.code, 0, ok.stderr);
    assert.equal(ok.isSuccess, true);
    const failed = await runJob(t, shellJob('rm -rf "$SM_OUTPUT_DIR"; echo why >&2; exit 6'));
    assert.equal(failed.code, 6);
    assert.match(failed.failure ?? '', /ErrorMessage "why/);
  });

  test('a success file that cannot be written is a failed job (C71)', async (t) => {
    const base = makeJob(t, shellJob('mkdir "$SM_OUTPUT_DIR/success"'));
    const result = await startTrain(t, base).ended;
    assert.notEqual(result.code, 0);
    assert.match(result.failure ?? '', /DISK_WRITE_FAILED: the success file cannot be written/);
    assert.match(result.stderr, /Reporting training FAILURE/);
    assert.doesNotMatch(result.stderr, /Reporting training SUCCESS/);
  });

  test('a failure file that cannot be written leaves the exit code as it is, and the text in the log', async (t) => {
    const base = makeJob(t, shellJob('rm -rf "$SM_OUTPUT_DIR"; : > "$SM_OUTPUT_DIR"; echo lost words >&2; exit 8'));
    const result = await startTrain(t, base).ended;
    assert.equal(result.code, 8);
    assert.match(result.stderr, /the failure file cannot be written/);
    assert.match(result.stderr, /ErrorMessage "lost words/);
  });

  test('no half-written failure file is left', async (t) => {
    const base = makeJob(t, shellJob('exit 2'));
    mkdirSync(join(base, 'output'), { recursive: true });
    await startTrain(t, base).ended;
    assert.equal(existsSync(join(base, 'output', 'failure.optml-partial')), false);
  });
});

describe('secrets', { concurrency: 2 }, () => {
  const SECRET = 'Tr0ub4dor&3-horse';
  const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';

  test('are masked in the banner, the command and the failure file, and reach the script (C14)', async (t) => {
    const script = `
import json, os, sys
assert sys.argv[sys.argv.index('--api_key') + 1] == '${SECRET}'
assert json.loads(os.environ['SERVICE'])['auth']['password'] == '${SECRET}-nested'
assert os.environ['SM_HP_API_KEY'] == '${SECRET}'
print('it arrived', flush=True)
raise RuntimeError('refused: ${SECRET} and ${SECRET}-nested and AKIA' + 'IOSFODNN7EXAMPLE and ${JWT} and https://user:hunter22@host/x and ${SECRET}-variable')
`;
    const spec = pythonJob(script, {});
    const result = await runJob(
      t,
      {
        ...spec,
        hyperparameters: {
          api_key: `"${SECRET}"`,
          epochs: '3',
          config: JSON.stringify({ db: { db_password: `${SECRET}-hp` } }),
        },
      },
      { SERVICE: JSON.stringify({ auth: { password: `${SECRET}-nested` } }), MY_TOKEN: `${SECRET}-variable` },
    );
    assert.equal(result.code, 1);
    assert.equal(result.stdout, 'it arrived\n', result.stderr);
    // The script's own traceback passes through as it is; ours begins with the banner and ends before it.
    const banner = result.stderr.slice(0, result.stderr.indexOf('Traceback (most'));
    const report = result.stderr.slice(result.stderr.indexOf('Reporting training FAILURE'));
    for (const text of [banner, report, result.failure ?? '']) {
      assert.ok(text.length > 100);
      assert.ok(!text.includes('Tr0ub4dor'), text);
      assert.doesNotMatch(text, /AKIAIOSFODNN7EXAMPLE|hunter22|dozjgNryP4J3/);
    }
    assert.match(banner, /^\S+ train\.py --api_key '\*{6}' --config 'db=.*\*{6}.*' --epochs 3$/m);
    assert.match(banner, /^SM_HP_API_KEY=\*{6}$/m);
    assert.match(result.failure ?? '', /refused: \*{6} and /);
  });

  test('are masked in the words of an error in the configuration', async (t) => {
    const result = await runJob(
      t,
      { program: 'missing.sh' },
      { OPTML_PACKAGE: 'never', SAGEMAKER_SUBMIT_DIRECTORY: 'https://me:hunter22@host/source.tar.gz' },
    );
    assert.notEqual(result.code, 0);
    assert.doesNotMatch(`${result.stderr}${result.failure}`, /hunter22/);
  });
});
