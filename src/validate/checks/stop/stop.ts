import type { Check, Finding } from '../../check.ts';
import type { Subject } from '../../subject.ts';
import { evidenceOf, MOST_LISTED } from '../support/evidence.ts';
import { fail, notApplicable, pass, unknown } from '../support/findings.ts';
import { type Baseline, onSuccess } from '../support/on-success.ts';
import { filesBelow, listed, unseenIn } from '../support/outcome.ts';
import { judgeStop } from './judge-stop.ts';
import { type Stopped, stopJob } from './stop-job.ts';

/** Contract C57: SIGTERM, then 120 seconds. */
export const stopInTime: Check = {
  id: 'stop-in-time',
  clause: 'C57',
  severity: 'must',
  title: 'SIGTERM ends the container in time',
  probe:
    'The job gets SIGTERM while its script works, and has the time that the platform gives it. It passes if SIGTERM has ended it: a job that ends by itself shows nothing. A first process without a handler never receives SIGTERM as process 1, so it fails, and so does a program that ignores the signal.',
  why: 'A job that is stopped or runs out of time gets SIGTERM, and SIGKILL 120 seconds later. Until then it is billed, and what it has not saved is lost.',
  fix: 'Let the program be the first process (exec-form ENTRYPOINT, "exec" in shell scripts, or tini), with a handler for SIGTERM that saves and exits.',
  run: (subject) =>
    onSuccess(subject, async (baseline) => {
      const stopped = await stopJob(subject, baseline);
      return 'stop' in stopped ? judgeStop(subject, baseline, stopped) : stopped;
    }),
};

/** Contract C57: artifacts of a stopped job are kept. */
export const stopSaves: Check = {
  id: 'stop-saves',
  clause: 'C57',
  severity: 'should',
  title: 'A job that gets a stop signal saves its work',
  probe:
    'After SIGTERM during the work there must be something in /opt/ml/model or in the checkpoints. A job that saves nothing is stopped once more, later, before that counts.',
  why: 'Artifacts of a stopped job are kept: the hours until then need not be lost. It counts most with spot instances.',
  fix: 'On SIGTERM write a checkpoint, or the model as it is; or save checkpoints as training goes on.',
  run: (subject) =>
    onSuccess(subject, async (baseline) => {
      if (filesBelow(baseline.host, 'model').length === 0) return notApplicable('it leaves no model at all');
      const finding = await savesFinding(subject, baseline, await stopJob(subject, baseline));
      return finding.status === 'fail'
        ? savesFinding(subject, baseline, await stopJob(subject, baseline, 'later'))
        : finding;
    }),
};

async function savesFinding(subject: Subject, baseline: Baseline, stopped: Stopped | Finding): Promise<Finding> {
  if (!('stop' in stopped)) return stopped;
  const { observation, host, stop, isMidWork } = stopped;
  const saved = [...filesBelow(host, 'model'), ...filesBelow(host, 'checkpoints')];
  const evidence = evidenceOf(observation, host, { files: saved.slice(0, MOST_LISTED).map(listed) });
  const hasBeenKilled = stop.tookSeconds === undefined;
  // What a job leaves that has ended by itself says nothing about one that is stopped.
  if (!hasBeenKilled && (await judgeStop(subject, baseline, stopped)).status !== 'pass') {
    return unknown('it is not shown that SIGTERM has ended it: see stop-in-time', evidence);
  }
  if (saved.length > 0) return pass(`it leaves ${saved.length} file(s) of its work`, evidence);
  const unseen = unseenIn(host, 'model') ?? unseenIn(host, 'checkpoints');
  if (unseen !== undefined) return unknown(`not all of its files could be looked at: ${unseen}`, evidence);
  if (hasBeenKilled) return notApplicable('it did not end: see stop-in-time', evidence);
  if (!isMidWork) {
    const why =
      'the job is so short that its work may not have begun. Pass hyperparameters that make it run for minutes, such as --long epochs=100000';
    return unknown(`after SIGTERM it leaves nothing; ${why}`, evidence);
  }
  return fail('after SIGTERM there is neither a model nor a checkpoint', evidence);
}
