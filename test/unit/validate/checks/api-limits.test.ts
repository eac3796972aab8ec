// What the API refuses never reaches a container: no scenario holds such a value.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobFolder } from '../../../../src/job-tree/job-folder.ts';
import { checkRequest } from '../../../../src/request/check-request.ts';
import { CREATE_TRAINING_JOB } from '../../../../src/request/training-job.ts';
import { ALL_CHECKS } from '../../../../src/validate/checks/all-checks.ts';
import type { FileEntry, HostObservation, Observation } from '../../../../src/validate/observe/observation.ts';
import type { Scenario } from '../../../../src/validate/observe/scenario/scenario.ts';
import { oddHyperparameters, scenarioRequest } from '../../../../src/validate/observe/scenario/scenario-request.ts';
import type { ValidationContext } from '../../../../src/validate/observe/validation-context.ts';
import type { Subject } from '../../../../src/validate/subject.ts';
import { temporaryFolder } from '../../../support/job.ts';
import { imageOf } from '../image-of.ts';

const file = (path: string): FileEntry => ({ path, kind: 'file', bytes: 1, diskBytes: 4096, names: 1 });
const line = { seconds: 1, text: 'validate-probe runs' };
const HOST: HostObservation = {
  ...{ name: 'algo-1', exitCode: 0, startError: undefined, isOutOfMemory: false, isTimedOut: false },
  ...{ isStoppedForOther: false, seconds: 4, stop: undefined, failure: undefined, failureEnd: undefined },
  output: { lines: [line, line], lineCount: 2, firstSeconds: 1, lastSeconds: 1 },
  files: [file('model/weights'), file('checkpoints/step')],
  ...{ unseen: [], diskBytes: 8192, changes: [], channelChanges: [], peakMemoryBytes: undefined },
};

/** All scenarios that the checks play with a job that succeeds in the first run, and with `exitCode` in others. */
async function scenariosOf(exitCode: number, isDriversJob: boolean): Promise<readonly Scenario[]> {
  const played = new Map<string, Scenario>();
  const observe = async (scenario: Scenario): Promise<Observation> => {
    played.set(scenario.id, scenario);
    const host = { ...HOST, exitCode: /^(?:success|hyperparameters-text)$/.test(scenario.id) ? 0 : exitCode };
    return {
      scenarioId: scenario.id,
      about: scenario.about,
      command: [],
      cannot: undefined,
      hosts: [host],
      warnings: [],
    };
  };
  const subject: Subject = {
    ...{ kind: 'image', image: imageOf([]), job: undefined, isDriversJob, observe },
    forget: async () => undefined,
  };
  for (const check of ALL_CHECKS) await check.run(subject);
  return [...played.values()];
}

test('the API takes the hyperparameters, channels and hosts of every scenario', async (t) => {
  const scenarios = [
    ...(await scenariosOf(0, false)),
    ...(await scenariosOf(1, false)),
    ...(await scenariosOf(0, true)),
  ];
  assert.ok(new Set(scenarios.map(({ id }) => id)).size > 35, scenarios.map(({ id }) => id).join(' '));
  const dir = temporaryFolder(t);
  const folder = JobFolder.open(dir);
  t.after(() => folder.close());
  const context = { image: { kind: 'image', name: 'an-image' }, request: undefined } as ValidationContext;
  for (const scenario of scenarios) {
    const made = scenarioRequest(context, scenario, { folder, dir });
    const request = { ...made, StoppingCondition: { MaxRuntimeInSeconds: 60 } };
    assert.deepEqual(checkRequest(CREATE_TRAINING_JOB, request, true).problems ?? [], [], scenario.id);
    // The same values as JSON show only that a program takes nothing else.
    if (scenario.id !== 'hyperparameters-typed') assert.deepEqual(oddHyperparameters(scenario), {}, scenario.id);
  }
});
