// `optml run` while its container engine hangs before a host runs. `npm run build` first.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeFakeEngine } from '../support/fake-engine.ts';
import { makeWorkplace, requestOf, statusesOf } from '../support/run-job-command.ts';

describe('MaxRuntimeInSeconds ends a preparation that does not move', { concurrency: true }, () => {
  for (const [call, fault] of [
    ['pull', 'hang'],
    ['pull', 'closes'],
    ['network-create', 'hang'],
    ['image-inspect', 'hang'],
  ] as const) {
    test(`when ${call} of the engine breaks (${fault}): the job is Stopped with exit code 3`, async (t) => {
      const workplace = makeWorkplace(t);
      const engine = makeFakeEngine(workplace.dir, 1);
      engine.breakCall(call, fault);
      workplace.writeJob(
        requestOf({
          AlgorithmSpecification: { TrainingImage: 'an-image', TrainingInputMode: 'File' },
          StoppingCondition: { MaxRuntimeInSeconds: 4 },
        }),
      );
      const { code, stderr } = await workplace.begin(['run', 'job.json', '--engine', 'docker'], engine.variables).ended;
      assert.equal(code, 3, stderr);
      const record = workplace.record();
      assert.deepEqual(statusesOf(record), ['Starting', 'Downloading', 'Stopping', 'MaxRuntimeExceeded']);
      assert.equal(record.TrainingJobStatus, 'Stopped');
      assert.match(
        stderr,
        /^Warning: The preparation of the job did not move for 10 s, and was ended: MaxRuntimeInSeconds$/m,
      );
    });
  }
});
