import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { makeJob, runJob, startTrain } from '../support/job.ts';
import { pythonJob, shellJob } from '../support/processes.ts';

const JSON_LOG = { OPTML_LOG_FORMAT: 'json' };

interface JsonRecord {
  readonly level: string;
  readonly time: string;
  readonly name: string;
  readonly msg: string;
}

/** The lines of ours among the lines of standard error: those that begin as a record does. */
function recordsOf(stderr: string): readonly JsonRecord[] {
  const lines = stderr.split('\n').filter((line) => line.startsWith('{"level"'));
  return lines.map((line) => JSON.parse(line) as JsonRecord);
}

describe('log lines', { concurrency: 2 }, () => {
  test('are readable by default: time, name, level, message', async (t) => {
    const result = await runJob(t, shellJob('exit 3'));
    assert.match(result.stderr, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z optml INFO {2}Invoking user script$/m);
    assert.match(result.stderr, /^\S+Z optml ERROR Reporting training FAILURE$/m);
  });

  test('say Reporting training SUCCESS at the end of a job that succeeds (C72)', async (t) => {
    const result = await runJob(t, shellJob('true'));
    assert.match(result.stderr, /Invoking script with the following command:\n\n\.\/train\.sh\n/);
    assert.match(result.stderr, /INFO {2}Reporting training SUCCESS\n$/);
    assert.doesNotMatch(result.stderr, /Reporting training FAILURE/);
  });

  test('say Reporting training FAILURE, then the failure text (C72)', async (t) => {
    const result = await runJob(t, shellJob('echo why >&2; exit 3'));
    const report = result.stderr.slice(result.stderr.indexOf('Reporting training FAILURE'));
    assert.ok(report.includes(result.failure ?? 'no failure file'), report);
    assert.doesNotMatch(result.stderr, /Reporting training SUCCESS/);
  });

  test('are JSON objects, one a line, with OPTML_LOG_FORMAT=json: each line of a script that is silent', async (t) => {
    for (const script of ['true', 'exit 3']) {
      const result = await runJob(t, shellJob(script), JSON_LOG);
      const lines = result.stderr.split('\n').filter((line) => line !== '');
      const records = lines.map((line) => JSON.parse(line) as JsonRecord);
      assert.ok(records.length >= 2);
      for (const record of records) {
        assert.match(record.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        assert.equal(record.name, 'optml');
        assert.match(record.level, /^(debug|info|warn|error)$/);
        assert.equal(typeof record.msg, 'string');
      }
      assert.equal(
        records.some(({ msg }) => msg.startsWith('Invoking user script')),
        true,
      );
      const report = script === 'true' ? 'Reporting training SUCCESS' : 'Reporting training FAILURE';
      assert.equal(records.filter(({ msg }) => msg === report).length, 1);
    }
  });

  test('are JSON on a line of their own, whatever the script wrote last', async (t) => {
    const result = await runJob(t, shellJob('printf "half a line" >&2; exit 3'), JSON_LOG);
    const lines = result.stderr.split('\n').filter((line) => line !== '' && line !== 'half a line');
    for (const line of lines) JSON.parse(line);
    assert.equal(
      recordsOf(result.stderr).some(({ msg }) => msg === 'Reporting training FAILURE'),
      true,
    );
    assert.match(result.failure ?? '', /half a line/);
  });

  test('are JSON for errors in the configuration and for a stop too', async (t) => {
    const missing = await runJob(t, { program: 'missing.sh' }, JSON_LOG);
    assert.ok(
      recordsOf(missing.stderr).some(({ level, msg }) => level === 'error' && msg.includes('PROGRAM_NOT_FOUND')),
    );
    const job = startTrain(
      t,
      makeJob(t, shellJob("trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done")),
      JSON_LOG,
    );
    await job.seen('ready');
    job.child.kill('SIGTERM');
    const { stderr } = await job.ended;
    assert.ok(
      recordsOf(stderr).some(({ level, msg }) => level === 'warn' && msg === 'Received SIGTERM: stopping the job'),
    );
  });

  test('the format can be given as a hyperparameter', async (t) => {
    const spec = { ...shellJob('true'), hyperparameters: { optml_log_format: 'json' } };
    const result = await runJob(t, spec);
    assert.ok(
      recordsOf(result.stderr).some(({ msg }) => msg === 'Reporting training SUCCESS'),
      result.stderr,
    );
  });

  for (const level of ['30', 'WARNING', 'warn', '30.0']) {
    test(`at level ${level} say nothing of a job that succeeds, and report a failure`, async (t) => {
      const variables = { SAGEMAKER_CONTAINER_LOG_LEVEL: level };
      const ok = await runJob(t, shellJob('echo "$SM_LOG_LEVEL"'), variables);
      assert.equal(ok.code, 0);
      assert.equal(ok.stderr, '');
      assert.equal(ok.stdout, '30\n');
      const failed = await runJob(t, shellJob('exit 3'), variables);
      assert.match(failed.stderr, /^\S+ optml ERROR Reporting training FAILURE\n/);
      assert.doesNotMatch(failed.stderr, /INFO/);
    });
  }

  test('at level DEBUG say why the model is not packed', async (t) => {
    const spec = { ...shellJob('true'), hyperparameters: { sagemaker_container_log_level: '10' } };
    const result = await runJob(t, spec, { OPTML_PACKAGE: 'auto', TRAINING_JOB_NAME: 'job' });
    assert.match(result.stderr, /DEBUG The model is not packed here: the local runner collects it/);
  });

  test('a level that is none is an error with a failure file', async (t) => {
    const result = await runJob(t, shellJob('true'), { SAGEMAKER_CONTAINER_LOG_LEVEL: 'LOUD' });
    assert.equal(result.code, 1);
    assert.match(result.failure ?? '', /SETTING_INVALID: expected the log level to be a number or a name, got "LOUD"/);
  });

  test("the script's own lines arrive immediately, not when it ends (C52)", async (t) => {
    // Goes on only when its lines were seen: a line that is held back would hold the test.
    const script = `
import os, sys, time
go = os.environ['SM_MODEL_DIR'] + '/go'
print('on stdout')
print('on stderr', file=sys.stderr)
sys.stderr.write('without a newline')
while not os.path.exists(go): time.sleep(0.02)
`;
    const base = makeJob(t, pythonJob(script));
    const job = startTrain(t, base);
    await job.seen('on stdout');
    await job.seen('on stderr');
    await job.seen('without a newline');
    assert.equal(job.child.exitCode, null);
    writeFileSync(`${base}/model/go`, '');
    assert.equal((await job.ended).code, 0);
  });
});
