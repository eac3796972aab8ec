// Both multi-worker strategies of TensorFlow on three hosts. Part of the long run. As built: `npm run build` first.
import { test } from 'node:test';
import { checkInterruption, checkKilledHost, checkStop, type DistributedProgram } from './distributed-job.ts';

const skip = process.env['OPTML_TEST_LONG'] !== '1' && 'part of the long run';
const packages = 'tensorflow';
const PROGRAMS: Readonly<Record<string, DistributedProgram>> = {
  MultiWorkerMirroredStrategy: { program: 'multi_worker.py', packages, hyperparameters: {}, ranks: 3 },
  ParameterServerStrategy: {
    ...{ program: 'parameter_server.py', packages, ranks: 3, trainingRanks: 1 },
    hyperparameters: { sagemaker_parameter_server_enabled: 'true' },
  },
};

for (const [strategy, program] of Object.entries(PROGRAMS)) {
  test(`all hosts of an interrupted job save, and continue: ${strategy}`, { skip }, (t) =>
    checkInterruption(t, program, 12),
  );

  test(`all hosts of a stopped job save, and a second job continues: ${strategy}`, { skip }, (t) =>
    checkStop(t, program, 'optml stop'),
  );

  for (const host of ['algo-1', 'algo-2']) {
    // Workers find out after 10 s without heartbeats.
    test(`${host}, which is killed, ends the job: ${strategy}`, { skip }, (t) =>
      checkKilledHost(t, program, host, 60_000),
    );
  }
}
