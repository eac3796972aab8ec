import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startLocalRanks } from '../../../../src/launchers/ranks/local-ranks.ts';
import { makeLog } from '../../../../src/log/log.ts';
import { StopControl } from '../../../../src/process/stop-control.ts';
import { supervise } from '../../../../src/process/supervise.ts';
import { processesWith } from '../../../support/processes.ts';

test('a callback that throws keeps all ranks from starting, and its error is the result', async () => {
  const name = `ranks-${process.pid}`;
  const variables = { PATH: process.env['PATH'], OPTML_TEST_PROGRAM: name };
  const command = { file: 'sleep', args: ['600'], cwd: '/', variables };
  const { ended } = startLocalRanks(
    ['rank 0', 'rank 1'].map((who) => ({ who, command })),
    {
      stop: new StopControl(() => undefined),
      graceSeconds: 60,
      log: makeLog(100, () => undefined),
      supervise,
      writeError: async () => undefined,
      writeOutput: async () => undefined,
      onStart: () => {
        throw new RangeError('not today');
      },
    },
    () => undefined,
  );
  await assert.rejects(ended, new RangeError('not today'));
  assert.deepEqual(processesWith('OPTML_TEST_PROGRAM', name), []);
});
