import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repeatable, reproduction } from '../../../src/validate/reproduce.ts';

test('the command that repeats a run has everything that the job depends on', () => {
  const reproduce = reproduction({
    command: ['/opt/my program', '-x'],
    job: 'jobs/job.json',
    failingHyperparameters: { fail: 'now' },
    longHyperparameters: { epochs: '9 9', api_token: 'not-a-real-token' },
    engine: 'process',
    timeoutSeconds: 7,
    only: ['C57'],
  });
  assert.deepEqual(reproduce('stop-in-time'), [
    ...['optml', 'validate', '--command', "'/opt/my program' -x", '--job', 'jobs/job.json'],
    ...['--failing', 'fail=now', '--long', 'epochs=9 9', '--long', 'api_token=******', '--engine', 'process'],
    ...['--timeout', '7', '--only', 'stop-in-time', '--verbose'],
  ]);
});

test('a job that is in no file cannot be repeated by a command: the evidence keeps what was run', () => {
  const command = reproduction({ image: 'x', job: { TrainingJobName: 'x' } })('success-run');
  assert.equal(command, undefined);
  const evidence = { command: ['docker', 'run', 'x'], exitCode: 1 };
  assert.equal(repeatable(evidence, command), evidence);
});

test("the engine's own call becomes a note", () => {
  assert.deepEqual(repeatable({ command: ['docker', 'run', 'a b'], notes: ['one'] }, ['optml', 'validate']), {
    command: ['optml', 'validate'],
    notes: ['one', "Ran: docker run 'a b'"],
  });
});
