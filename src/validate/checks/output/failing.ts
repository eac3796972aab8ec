import { RELATIVE_PATHS } from '../../../contract/paths.ts';
import type { Check, Finding } from '../../check.ts';
import type { HostObservation, Observation } from '../../observe/observation.ts';
import type { Scenario } from '../../observe/scenario/scenario.ts';
import type { Subject } from '../../subject.ts';
import { evidenceOf, SHOWN_FAILURE_CHARACTERS } from '../support/evidence.ts';
import { fail, notApplicable, pass, skipped, unknown } from '../support/findings.ts';
import { onFirstHost } from '../support/on-first-host.ts';
import { onSuccess } from '../support/on-success.ts';
import { filesBelow, hasSucceeded, replacementOf, unseenIn } from '../support/outcome.ts';
import { FAILING_AS_TOLD, FAILING_WAYS } from '../support/scenarios.ts';

interface FailedRun {
  readonly scenario: Scenario;
  readonly observation: Observation;
  readonly host: HostObservation;
}

const NO_WAY =
  'none of the ways in which a job usually fails makes this one fail: pass a hyperparameter with which it fails, such as --failing epochs=many';

/** Nothing can be said of a failure: the job was not made to fail, or the user has said how, and it ends with exit code 0. */
async function withoutFailure(subject: Subject): Promise<Finding> {
  const told = await subject.observe(FAILING_AS_TOLD);
  if (told.cannot !== undefined) return unknown(NO_WAY);
  return onFirstHost(told, (host, evidence) =>
    hasSucceeded(host)
      ? notApplicable('with the hyperparameters of --failing it ends with exit code 0: see failure-exit-code', evidence)
      : unknown('with the hyperparameters of --failing it did not end', evidence),
  );
}

/** The ways in which the job may fail, each with its first host; those that did not run or did not end are left out. */
async function* failingRuns(subject: Subject): AsyncGenerator<FailedRun> {
  for (const scenario of FAILING_WAYS) {
    const observation = await subject.observe(scenario);
    const [host] = observation.hosts;
    if (host !== undefined && host.startError === undefined && !host.isTimedOut) yield { scenario, observation, host };
  }
}

/** The first way in which the job fails by itself; undefined where none does. */
async function findFailure(subject: Subject): Promise<FailedRun | undefined> {
  for await (const run of failingRuns(subject)) if (run.host.exitCode !== 0) return run;
  return undefined;
}

/** Contract C50: any other exit code than 0 is failure. */
export const failureExitCode: Check = {
  id: 'failure-exit-code',
  clause: 'C50',
  severity: 'must',
  title: 'A job that fails ends with another exit code than 0',
  probe:
    'The job is made to fail: by the hyperparameters that are known to do it, by a hyperparameters.json that is not JSON, or without channels and configuration files. It is treated as failing when it writes output/failure, or leaves no model where it otherwise does.',
  why: 'A failed job that ends with 0 is shown as Completed, and whatever follows goes on with a model that is not there.',
  fix: 'Pass the exit code of the program on: exec it as the last step of a shell script, use "set -eo pipefail", and do not swallow exceptions.',
  run: (subject) =>
    onSuccess(subject, async ({ host: baseline }) => {
      const hasModel = filesBelow(baseline, 'model').length > 0;
      for await (const { observation, host } of failingRuns(subject)) {
        const evidence = evidenceOf(observation, host);
        if (host.exitCode !== 0) return pass(`a failing job ends with exit code ${host.exitCode}`, evidence);
        if ((host.failure ?? '') !== '') return fail('it writes output/failure, and ends with exit code 0', evidence);
        if (hasModel && filesBelow(host, 'model').length === 0 && unseenIn(host, 'model') === undefined) {
          return fail('it ends with exit code 0, without the model that it otherwise leaves', evidence);
        }
      }
      return (await subject.observe(FAILING_AS_TOLD)).cannot === undefined
        ? unknown(
            'with the hyperparameters of --failing it ends with exit code 0, and leaves what it leaves otherwise: give others',
          )
        : unknown(NO_WAY);
    }),
};

/** Contract C50, C51: the start of the failure file becomes FailureReason. */
export const failureFile: Check = {
  id: 'failure-file',
  clause: 'C51',
  severity: 'should',
  title: 'A job that fails says why in /opt/ml/output/failure, the cause first',
  probe: `The job is made to fail as for failure-exit-code. The file has to be there, and its first ${SHOWN_FAILURE_CHARACTERS} characters have to hold the error itself.`,
  why: 'Its start is all that DescribeTrainingJob shows. Without it FailureReason is "AlgorithmError: , exit code: 1".',
  fix: 'Catch what ends the program, and write the error, then its trace, to /opt/ml/output/failure as the last thing.',
  run: (subject) =>
    onSuccess(subject, async () => {
      if (subject.isDriversJob) return notApplicable('its drivers write the file: see drivers-failure');
      const failed = await findFailure(subject);
      if (failed === undefined) return withoutFailure(subject);
      const { observation, host } = failed;
      const evidence = evidenceOf(observation, host);
      const unseen = host.failure === undefined ? unseenIn(host, RELATIVE_PATHS.failureFile) : undefined;
      if (unseen !== undefined)
        return unknown(`its ${RELATIVE_PATHS.failureFile} could not be looked at: ${unseen}`, evidence);
      const problem = replacedProblem(host) ?? problemOf(host);
      if (problem !== undefined) return fail(problem, evidence);
      return pass(`FailureReason would begin: ${firstLine(host.failure ?? '')}`, evidence);
    }),
};

function replacedProblem(host: HostObservation): string | undefined {
  const [path, replacement] = [RELATIVE_PATHS.outputDir, RELATIVE_PATHS.failureFile]
    .map((name) => [name, replacementOf(host, name)] as const)
    .find(([, found]) => found !== undefined && found !== 'a file') ?? ['', undefined];
  return replacement && `/opt/ml/${path} is ${replacement}: FailureReason tells the exit code only`;
}

const ERROR_LINE = /\b\w*(?:Error|Exception)\b|^\W*(?:error|fatal|failed|panic)\b|\b(?:cannot|no such|denied)\b/i;

function problemOf({ failure: text, failureEnd }: HostObservation): string | undefined {
  if (text === undefined) return 'it leaves no output/failure: FailureReason tells the exit code only';
  if (text.trim() === '') return 'its output/failure is empty';
  if (text.includes('\uFFFD')) return 'its output/failure is not UTF-8 text';
  const lastLine = (failureEnd ?? text).trimEnd().split('\n').at(-1) ?? '';
  // Python puts the error after its trace.
  const isTraceFirst = /^Traceback \(most recent call last\)/.test(text);
  const shown = text.slice(0, SHOWN_FAILURE_CHARACTERS);
  if (isTraceFirst && !shown.includes(lastLine)) {
    return 'its output/failure begins with a trace so long that the error itself is cut off';
  }
  const isErrorShown = shown.split('\n').some((line) => ERROR_LINE.test(line));
  if (ERROR_LINE.test(lastLine) && !shown.includes(lastLine) && !isErrorShown) {
    return `the error is at the end of its output/failure, behind what FailureReason shows: ${firstLine(lastLine)}`;
  }
  return undefined;
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').slice(0, 120);
}

/** Contract C71: nothing is a success that is not on the disk. */
export const fullDiskModel: Check = {
  id: 'full-disk-model',
  clause: 'C71',
  severity: 'must',
  title: 'A job whose model does not fit on the disk does not report success',
  probe: 'The job is run with a file system for /opt/ml/model that is too small for what it has left there before.',
  why: 'The job would be shown as Completed, with half a model or none.',
  fix: 'Check every write, and end with another exit code than 0 when one fails.',
  run: (subject) =>
    onSuccess(subject, async ({ host: baseline }) => {
      const files = filesBelow(baseline, 'model');
      const unseen = files.length === 0 ? unseenIn(baseline, 'model') : undefined;
      if (unseen !== undefined) return unknown(`not all of the model could be looked at: ${unseen}`);
      if (files.length === 0) return notApplicable('there is no model');
      const bytes = files.reduce((sum, file) => sum + file.diskBytes, 0);
      return diskFinding(await subject.observe(modelDisk(bytes)), 'a disk that was too small for its model');
    }),
};

/** The small disk is in memory. */
const MOST_DISK_BYTES = 256 << 20;

// Half of a large model; of a small one nothing, since a disk has whole pages.
function modelDisk(bytes: number): Scenario {
  const isLarge = bytes > 64 * 1024;
  return {
    id: 'full-disk-model',
    about: isLarge
      ? 'the job with room for half of its model at most'
      : 'the job with no room for any file in /opt/ml/model',
    smallDisk: { path: 'model', ...(isLarge && { bytes: Math.min(Math.floor(bytes / 8192) * 4096, MOST_DISK_BYTES) }) },
  };
}

/** Contract C71: a failure that cannot be written down is still one. */
export const fullDiskFailure: Check = {
  id: 'full-disk-failure',
  clause: 'C71',
  severity: 'must',
  title: 'A job that fails does so on a full disk too',
  probe: 'The job is made to fail as for failure-exit-code, with no room for any file in /opt/ml/output.',
  why: 'Full disks are a common reason of failures. A container that ends with 0 since it could not write its failure file is shown as Completed.',
  fix: 'Ignore errors while writing /opt/ml/output/failure, and end with the exit code of the first error.',
  run: (subject) =>
    onSuccess(subject, async () => {
      const failed = await findFailure(subject);
      if (failed === undefined) return withoutFailure(subject);
      const observation = await subject.observe({
        ...failed.scenario,
        id: 'full-disk-failure',
        about: `${failed.scenario.about}, with no room for any file in /opt/ml/output`,
        smallDisk: { path: 'output' },
      });
      return diskFinding(observation, 'a failure that it could not write down');
    }),
};

function diskFinding(observation: Observation, what: string): Finding {
  return onFirstHost(observation, (host, evidence) => {
    if (host.startError !== undefined) return skipped(`no small disk can be had here: ${host.startError}`, evidence);
    if (host.isTimedOut) return unknown('it did not end', evidence);
    if (hasSucceeded(host)) return fail(`it reports success after ${what}`, evidence);
    return pass(`it ends with exit code ${host.exitCode}`, evidence);
  });
}
