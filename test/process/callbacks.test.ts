// What a caller's own functions do to a program that runs already: they are called before anything watches it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeLog } from '../../src/log/log.ts';
import { StopControl } from '../../src/process/stop-control.ts';
import { type Command, type SuperviseContext, supervise } from '../../src/process/supervise.ts';
import { processesWith } from '../support/processes.ts';

const run = (command: Partial<Command>, context: Partial<SuperviseContext>) =>
  supervise(
    { file: 'sleep', args: ['600'], cwd: '/', variables: { PATH: process.env['PATH'] }, ...command },
    {
      stop: new StopControl(() => undefined),
      graceSeconds: 60,
      log: makeLog(100, () => undefined),
      writeError: async () => undefined,
      ...context,
    },
  );

/** A program that no other test runs, with the number of its processes. */
function markedProgram(name: string) {
  const count = () => processesWith('OPTML_TEST_PROGRAM', name).length;
  return { variables: { PATH: process.env['PATH'], OPTML_TEST_PROGRAM: name }, count };
}

const fail = () => {
  throw new RangeError('not today');
};

test('an onStart that throws ends the program, and its error is the result', async () => {
  const { variables, count } = markedProgram(`on-start-${process.pid}`);
  let running = 0;
  const onStart = () => {
    running = count();
    fail();
  };
  await assert.rejects(run({ variables }, { onStart }), new RangeError('not today'));
  assert.equal(running, 1);
  assert.equal(count(), 0);
});

test('a mask that throws ends the program, and its error is the result', async () => {
  const { variables, count } = markedProgram(`mask-${process.pid}`);
  await assert.rejects(run({ variables, mask: fail }, {}), new RangeError('not today'));
  assert.equal(count(), 0);
});

test('an onStart that throws for a program that cannot be started is the result', async () => {
  await assert.rejects(run({ file: 'optml-no-such-program' }, { onStart: fail }), new RangeError('not today'));
});
