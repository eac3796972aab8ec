// What a caller's own functions do to a program.
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

test('an onStart that throws keeps the program from starting, and its error is the result', async () => {
  const { variables, count } = markedProgram(`on-start-${process.pid}`);
  await assert.rejects(run({ variables }, { onStart: fail }), new RangeError('not today'));
  assert.equal(count(), 0);
});

test('a mask that throws ends the program, and its error is the result', async () => {
  const { variables, count } = markedProgram(`mask-${process.pid}`);
  await assert.rejects(run({ variables, mask: fail }, {}), new RangeError('not today'));
  assert.equal(count(), 0);
});

test('onStart is called before the program runs', async () => {
  const { variables, count } = markedProgram(`before-start-${process.pid}`);
  let running: number | undefined;
  const onStart = () => {
    running = count();
  };
  await run({ file: 'true', args: [], variables }, { onStart });
  assert.equal(running, 0);
});
