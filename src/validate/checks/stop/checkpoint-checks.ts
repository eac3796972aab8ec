import type { Check, Finding } from '../../check.ts';
import type { FileEntry } from '../../observe/observation.ts';
import type { Scenario } from '../../observe/scenario/scenario.ts';
import type { Subject } from '../../subject.ts';
import { evidenceOf } from '../support/evidence.ts';
import { fail, notApplicable, skipped, unknown } from '../support/findings.ts';
import { type Baseline, mustSucceed, onSuccess } from '../support/on-success.ts';
import { describeEnd, filesBelow, hasSucceeded, listed, replacementOf, unseenIn } from '../support/outcome.ts';
import { CHECKPOINTS } from '../support/scenarios.ts';
import { stopJob, stopScenario } from './stop-job.ts';

const PLATFORM_FILES = 'the empty files .sagemaker-uploaded and .sagemaker-uploading beside them';

function resume(from: Scenario, withMarkers: boolean): Scenario {
  return {
    id: withMarkers ? 'resume' : 'resume-without-markers',
    about: `the job with the checkpoints of an earlier run${withMarkers ? ` and ${PLATFORM_FILES}` : ''}`,
    checkpoints: { from, withMarkers },
  };
}

/** Contract C54: checkpoints come back, and with them what the platform's uploader leaves. */
export const checkpointResume: Check = {
  id: 'checkpoint-resume',
  clause: 'C54',
  severity: 'must',
  title: 'It goes on from its checkpoints',
  probe: `The job is run with a CheckpointConfig, and stopped on the way if it can be. Then it is run again with what it has left in its checkpoints, and ${PLATFORM_FILES}. It has to succeed.`,
  why: 'After a spot interruption the job is started again with its checkpoints. One that cannot read them, or takes the files of the uploader for checkpoints, fails every time from then on.',
  fix: 'Look for checkpoints by their own names, write them beside and rename them when they are whole, and skip what cannot be read.',
  run: (subject) =>
    onSuccess(subject, async (baseline) => {
      try {
        return await resumeFinding(subject, baseline);
      } finally {
        await Promise.all([CHECKPOINTS, stopScenario(baseline)].map((scenario) => subject.forget(scenario)));
      }
    }),
};

async function resumeFinding(subject: Subject, baseline: Baseline): Promise<Finding> {
  const stopped = await stopJob(subject, baseline);
  const hasStopped = 'stop' in stopped && filesBelow(stopped.host, 'checkpoints').length > 0;
  const from = hasStopped && stopped.observation.scenarioId === 'stop' ? stopScenario(baseline) : CHECKPOINTS;
  const {
    cannot,
    hosts: [first],
  } = await subject.observe(from);
  if (first === undefined) return skipped(cannot ?? 'nothing was run');
  const unseen = unseenIn(first, 'checkpoints');
  if (unseen !== undefined) return unknown(`not all of its checkpoints could be looked at: ${unseen}`);
  const replacement = replacementOf(first, 'checkpoints');
  if (replacement !== undefined) return unknown(`/opt/ml/checkpoints is ${replacement}: nothing of it is restored`);
  const left = filesBelow(first, 'checkpoints');
  const files = left.filter(({ kind }) => kind === 'file');
  if (left.length === 0) return notApplicable('it writes no checkpoints to /opt/ml/checkpoints');
  if (files.length === 0)
    return unknown(`it leaves no file in its checkpoints: ${left.slice(0, 3).map(listed).join(', ')}`);
  const scenario = resume(from, true);
  const finding = await mustSucceed(subject, {
    scenario,
    passed: `it goes on from ${files.length} file(s) in its checkpoints${withoutOthers(left)}`,
    failed: 'with its checkpoints restored it',
  });
  if (finding.status !== 'fail') return finding;
  const plain = await subject.observe(resume(from, false));
  const isMarkers = plain.hosts.length > 0 && plain.hosts.every(hasSucceeded);
  const [host] = (await subject.observe(scenario)).hosts;
  const end = host === undefined ? 'fails' : describeEnd(host);
  const evidence = evidenceOf(plain, host, { files: files.map(listed), ...finding.evidence });
  return isMarkers
    ? fail(`it stumbles over ${PLATFORM_FILES}: it ${end}`, evidence)
    : fail(`with its checkpoints restored it ${end}`, evidence);
}

// The platform restores files only.
function withoutOthers(left: readonly FileEntry[]): string {
  const [first, ...more] = left.filter(({ kind }) => kind !== 'file');
  return first === undefined ? '' : `, without ${more.length + 1} link(s) or special file(s): ${listed(first)}`;
}

/** Contract C54: the job runs with a CheckpointConfig at all. */
export const checkpointStart: Check = {
  id: 'checkpoint-start',
  clause: 'C54',
  severity: 'must',
  title: 'It starts with an empty folder of checkpoints',
  probe: 'The job is run with a CheckpointConfig, and nothing in /opt/ml/checkpoints.',
  why: 'That is how the first attempt of every job with checkpoints starts.',
  fix: 'Start from the beginning where there is no checkpoint.',
  run: (subject) =>
    mustSucceed(subject, {
      scenario: CHECKPOINTS,
      passed: 'it starts with an empty folder of checkpoints',
      failed: 'with an empty folder of checkpoints it',
    }),
};
