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

test('a value that begins with a dash, a bare folder, part of a second and --strict are words that the command reads', () => {
  const reproduce = reproduction({
    project: 'my project',
    job: '-job.json',
    failingHyperparameters: { '-lr': '1' },
    timeoutSeconds: 0.5,
    strict: true,
  });
  assert.deepEqual(reproduce('C57')?.slice(2), [
    ...['./my project', '--job=-job.json', '--failing=-lr=1', '--timeout', '1', '--strict'],
    ...['--only', 'C57', '--verbose'],
  ]);
  for (const project of ['.', '..', '../p', '/p', './p', 'file:///p'])
    assert.equal(reproduction({ project })('C57')?.[2], project);
});

test('what no command line can express has no command', () => {
  assert.equal(reproduction({ image: 'x', job: '/dev/stdin' })('C57'), undefined);
  assert.equal(reproduction({ image: 'x', job: '/dev/fd/63' })('C57'), undefined);
  assert.equal(reproduction({ image: 'x', longHyperparameters: { 'a=b': '1' } })('C57'), undefined);
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
