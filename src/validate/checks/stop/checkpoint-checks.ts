import type { Check, Finding } from '../../check.ts';
import type { FileEntry } from '../../observe/observation.ts';
import type { Scenario } from '../../observe/scenario/scenario.ts';
import type { Subject } from '../../subject.ts';
import { evidenceOf, MOST_LISTED } from '../support/evidence.ts';
import { fail, notApplicable, pass, skipped, unknown } from '../support/findings.ts';
import { onFirstHost } from '../support/on-first-host.ts';
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

/** Checkpoints that the job has left, and the scenario that keeps them. */
interface Left {
  readonly from: Scenario;
  readonly entries: readonly FileEntry[];
  readonly files: readonly FileEntry[];
}

async function leftCheckpoints(subject: Subject, baseline: Baseline): Promise<Left | Finding> {
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
  const entries = filesBelow(first, 'checkpoints');
  const files = entries.filter(({ kind }) => kind === 'file');
  if (entries.length === 0) return notApplicable('it writes no checkpoints to /opt/ml/checkpoints');
  if (files.length === 0)
    return unknown(`it leaves no file in its checkpoints: ${entries.slice(0, 3).map(listed).join(', ')}`);
  return { from, entries, files };
}

async function resumeFinding(subject: Subject, baseline: Baseline): Promise<Finding> {
  const left = await leftCheckpoints(subject, baseline);
  if (!('from' in left)) return left;
  const { from, entries, files } = left;
  const scenario = resume(from, true);
  const finding = await mustSucceed(subject, {
    scenario,
    passed: `it succeeds with ${files.length} file(s) in its checkpoints${withoutOthers(entries)}`,
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

/** Contract C54: what is never read is no checkpoint. */
export const checkpointRead: Check = {
  id: 'checkpoint-read',
  clause: 'C54',
  severity: 'should',
  title: 'It reads the checkpoints that it has written',
  probe:
    'The job is run as for checkpoint-resume. The file system notes which of the restored checkpoints are read. Fails if none is, and the job prints as many lines as without them.',
  why: 'A job that writes checkpoints and never reads them starts from the beginning after each interruption: all hours until then are billed, and lost.',
  fix: 'At the start, load the newest whole checkpoint from /opt/ml/checkpoints, and go on from its step.',
  run: (subject) =>
    onSuccess(subject, async (baseline) => {
      const left = await leftCheckpoints(subject, baseline);
      if (!('from' in left)) return left;
      const observation = await subject.observe(resume(left.from, true));
      return onFirstHost(observation, (host, evidence) => {
        const reads = observation.checkpointReads;
        if (!hasSucceeded(host)) return notApplicable('it fails with its checkpoints: see checkpoint-resume', evidence);
        if (reads === undefined) return unknown('whether a checkpoint is read cannot be seen on this disk', evidence);
        if (reads.read > 0)
          return pass(`it reads ${reads.read} of ${reads.watched} file(s) in its checkpoints`, evidence);
        const lines = `${host.output.lineCount} lines with checkpoints, ${baseline.host.output.lineCount} without`;
        const more = { ...evidence, files: left.files.slice(0, MOST_LISTED).map(listed) };
        return host.output.lineCount < baseline.host.output.lineCount
          ? unknown(`it reads no checkpoint, but does less than without any: ${lines}`, more)
          : fail(`it writes ${left.files.length} checkpoint(s), and reads none of them: ${lines}`, more);
      });
    }),
};

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
