import { join } from 'node:path';
import { SOURCE_CHANNELS } from '../../../contract/channels.ts';
import { signalExitCode } from '../../../contract/exit-codes.ts';
import { channelPath, DEFAULT_BASE_DIR, RELATIVE_PATHS } from '../../../contract/paths.ts';
import type { Check, Finding } from '../../check.ts';
import type { Observation } from '../../observe/observation.ts';
import type { Scenario } from '../../observe/scenario/scenario.ts';
import type { Subject } from '../../subject.ts';
import { SHOWN_FAILURE_CHARACTERS, wholeLog } from '../support/evidence.ts';
import { fail, notApplicable, pass, skipped, unknown } from '../support/findings.ts';
import { onFirstHost } from '../support/on-first-host.ts';
import { onceMore } from '../support/on-success.ts';
import { describeEnd } from '../support/outcome.ts';
import { DRIVER_SCRIPTS, type DriverScript } from './driver-scripts.ts';
import { NO_DRIVERS } from './no-drivers.ts';

const INPUT_DIR = join(DEFAULT_BASE_DIR, RELATIVE_PATHS.inputDir);
const DRIVERS_DIR = join(DEFAULT_BASE_DIR, channelPath(SOURCE_CHANNELS.drivers));

const OWN_SCRIPT = "A script of our own is run in the place of the job's source, by the drivers of the job.";

const FOLDERS: Scenario = {
  id: 'drivers-folders',
  about: 'an attempt to write where the drivers write',
  hasPlatformOwnership: true,
  program: [
    '/bin/sh',
    '-c',
    `for dir in ${INPUT_DIR} ${DRIVERS_DIR}; do touch "$dir/validate" || echo "cannot write: $dir"; done`,
  ],
};

/** Contract C27: where the drivers write. */
export const driversFolders: Check = {
  id: 'drivers-folders',
  clause: 'C27',
  severity: 'must',
  title: 'Its user may write where the drivers of the newer SDK write',
  probe:
    "A file is made in /opt/ml/input and in the channel sm_drivers, by the image's own user; the folders belong to root.",
  why: 'The drivers are made executable in their place, and write their variables to /opt/ml/input/sm_training.env.',
  fix: 'Leave USER out of the image.',
  run: (subject) =>
    forDrivers(subject, async () => {
      return onFirstHost(await subject.observe(FOLDERS), (host, evidence) => {
        if (host.startError !== undefined)
          return unknown(`it cannot be tried: the shell ${describeEnd(host)}`, evidence);
        const lines = host.output.lines.flatMap(({ text }) => /^cannot write: (.+)$/.exec(text)?.[1] ?? []);
        if (lines.length === 0) return pass('it may write where the drivers do', evidence);
        return fail(`its user may not write to ${lines.join(' and ')}`, evidence);
      });
    }),
};

/** Contract C90: a script is run at all. */
export const driversScript: Check = {
  id: 'drivers-script',
  clause: 'C90',
  severity: 'must',
  title: 'The drivers of the newer SDK run a script',
  probe: `${OWN_SCRIPT} It prints one line and ends.`,
  why: 'All of the job goes through the drivers: environment, requirements, the script.',
  fix: 'Compare the log with the steps of sm_train.sh in the channel sm_drivers.',
  run: (subject) =>
    forDrivers(subject, () => runDriver(subject, 'plain', {}, (seen) => succeeded(seen, 'the drivers'))),
};

/** Contract C91: hyperparameters as the newer SDK sends them. */
export const driversHyperparameters: Check = {
  id: 'drivers-hyperparameters',
  clause: 'C91',
  severity: 'should',
  title: 'A script of the newer SDK gets its hyperparameters',
  probe: `${OWN_SCRIPT} It looks for the hyperparameter validate_rate among its arguments and in SM_HPS.`,
  why: 'A script gets them as arguments, a command only as variables: one that finds neither trains with its defaults.',
  fix: 'Read SM_HPS, which is there in both cases.',
  run: (subject) =>
    withScript(subject, () =>
      runDriver(subject, 'hyperparameters', { hyperparameters: { validate_rate: '0.25' } }, (seen) =>
        /validate-probe has 0\.25/.test(seen.log) ? undefined : 'the script finds no hyperparameter validate_rate',
      ),
    ),
};

/** Contract C92: a quote in a hyperparameter. */
export const driversQuote: Check = {
  id: 'drivers-quote',
  clause: 'C92',
  severity: 'should',
  title: 'A quote in a hyperparameter survives the drivers',
  probe: `${OWN_SCRIPT} One hyperparameter is: it's $(echo optml-$((6*7))).`,
  why: 'Known breakage of the newer SDK: the value is written into a shell file between quotes. A quote in it is a syntax error, or runs what follows.',
  fix: 'Keep quotes out of hyperparameters, put such values into a file of a channel, or use a later version of the SDK.',
  run: (subject) =>
    withScript(subject, () =>
      runDriver(
        subject,
        'hyperparameters',
        { hyperparameters: { validate_rate: "it's $(echo optml-$((6*7)))" } },
        (seen) => {
          if (/optml-42/.test(seen.log)) return 'the shell runs the value of a hyperparameter';
          return succeeded(seen, "with a ' in a hyperparameter the drivers");
        },
        'drivers-quote',
      ),
    ),
};

/** Contract C92: names that a shell has no variables for. */
export const driversNames: Check = {
  id: 'drivers-names',
  clause: 'C92',
  severity: 'should',
  title: 'Dots in names of hyperparameters, dots and dashes in names of channels survive the drivers',
  probe: `${OWN_SCRIPT} There are a hyperparameter "validate.rate" and a channel "validate-more.set".`,
  why: 'Known breakage of the newer SDK: names become shell variables, and such a name breaks the file of variables.',
  fix: 'Use letters, digits and underscores in names of hyperparameters and channels.',
  run: (subject) =>
    withScript(subject, () =>
      runDriver(
        subject,
        'plain',
        {
          hyperparameters: { 'validate.rate': '0.25' },
          channels: { more: { 'validate-more.set': { 'file.txt': 'one line\n' } } },
        },
        (seen) => {
          const line = seen.log.split('\n').find((one) => /not a valid identifier|command not found/.test(one));
          return succeeded(seen, 'with such names the drivers') ?? (line && `the shell stumbles: ${line}`);
        },
        'drivers-names',
      ),
    ),
};

/** Contract C92: SIGTERM. */
export const driversStop: Check = {
  id: 'drivers-stop',
  clause: 'C92',
  severity: 'should',
  title: 'SIGTERM reaches a script of the newer SDK',
  probe: `${OWN_SCRIPT} It waits for SIGTERM, which is sent as the platform sends it.`,
  why: 'Known breakage of the newer SDK: the shell that drives the job is process 1, and passes no signal on. The script is killed 120 seconds later, without a chance to save.',
  fix: 'Save checkpoints as training goes on, and do not rely on SIGTERM.',
  run: (subject) =>
    withScript(subject, () =>
      runDriver(
        subject,
        'stop',
        { stop: { afterSeconds: 0.5, hasOutput: true, afterText: 'validate-probe waits' } },
        (seen) => (/validate-probe was told/.test(seen.log) ? undefined : 'SIGTERM never reaches the script'),
      ),
    ),
};

/** Contract C92: the failure file. */
export const driversFailure: Check = {
  id: 'drivers-failure',
  clause: 'C92',
  severity: 'should',
  title: "The failure file of the drivers holds the script's own error",
  probe: `${OWN_SCRIPT} It fails with an error of its own, which has to be in what FailureReason shows of output/failure.`,
  why: 'Known breakage of the newer SDK: the file holds the trace of the driver that called the script, so that every failed job shows the same reason.',
  fix: 'Write /opt/ml/output/failure in the script itself: look whether the drivers of your version leave it alone.',
  run: (subject) =>
    withScript(subject, () =>
      runDriver(subject, 'failure', {}, (seen) => {
        const { failure } = seen;
        if (seen.exitCode === 0) return 'the script fails, and the job ends with exit code 0';
        if (failure === undefined) return 'the script fails, and there is no output/failure';
        if (failure.slice(0, SHOWN_FAILURE_CHARACTERS).includes('validate-probe fails as asked')) return undefined;
        return `output/failure does not tell the script's error, it begins: ${failure.slice(0, 80)}`;
      }),
    ),
};

/** Contract C92: output. */
export const driversOutput: Check = {
  id: 'drivers-output',
  clause: 'C92',
  severity: 'should',
  title: 'The output of a script comes through the drivers as it was printed, at any log level',
  probe: `${OWN_SCRIPT} It prints an indented line, and SM_LOG_LEVEL is 30.`,
  why: 'Known breakage of the newer SDK: a line of the script is a message of the driver, stripped of its spaces, and hidden from log level 30 on.',
  fix: 'Leave the log level at 20 or below.',
  run: (subject) =>
    withScript(subject, () =>
      runDriver(
        subject,
        'plain',
        { environment: { SM_LOG_LEVEL: '30' } },
        (seen) => {
          if (!/validate-probe runs/.test(seen.log)) return 'at log level 30 the output of the script is hidden';
          return / {4}validate-probe runs/.test(seen.log) ? undefined : 'spaces before a line are lost';
        },
        'drivers-output',
      ),
    ),
};

/** Contract C92: bytes that are no text. */
export const driversBytes: Check = {
  id: 'drivers-bytes',
  clause: 'C92',
  severity: 'should',
  title: 'A byte that is not UTF-8 in the output does not fail the job',
  probe: `${OWN_SCRIPT} It prints the byte 0xff and ends with 0.`,
  why: 'Known breakage of the newer SDK: the driver decodes the output, and fails with the first byte that is not UTF-8.',
  fix: 'Keep progress bars and libraries from printing other encodings: PYTHONIOENCODING=utf-8:replace.',
  run: (subject) =>
    withScript(subject, () =>
      runDriver(subject, 'bytes', {}, (seen) =>
        succeeded(seen, 'with a byte that is not UTF-8 in the output the drivers'),
      ),
    ),
};

/** Contract C92: the exit code of a script that was killed. */
export const driversKilled: Check = {
  id: 'drivers-killed',
  clause: 'C92',
  severity: 'should',
  title: 'The exit code of the drivers tells that a script was killed',
  probe: `${OWN_SCRIPT} It kills itself with SIGKILL, as the kernel does if no memory is left; the exit code must be 137.`,
  why: 'Known breakage of the newer SDK: the exit code is 247, which neither people nor rules for retries recognize as out of memory.',
  fix: 'Where exit codes are looked at, take 247 for 137.',
  run: (subject) =>
    withScript(subject, () =>
      runDriver(subject, 'killed', {}, ({ exitCode, log }) => {
        if (!/validate-probe is killed/.test(log)) return 'the script was not run';
        return exitCode === KILLED ? undefined : `the script is killed by SIGKILL, and the job ends with ${exitCode}`;
      }),
    ),
};

const KILLED = signalExitCode('SIGKILL');

interface Seen {
  readonly log: string;
  readonly exitCode: number;
  readonly failure: string | undefined;
  readonly end: string;
}

// What is wrong, or undefined.
function succeeded({ exitCode, end, log }: Seen, who: string): string | undefined {
  if (exitCode !== 0) return `${who} ${end}`;
  return /validate-probe/.test(log) ? undefined : `${who} end with 0, and the script was not run`;
}

async function runDriver(
  subject: Subject,
  script: DriverScript,
  changes: Partial<Scenario>,
  problemOf: (seen: Seen) => string | undefined,
  id = `drivers-${script}`,
): Promise<Finding> {
  const scenario: Scenario = {
    id,
    about: `a script of our own, driven by sm_drivers: ${DRIVER_SCRIPTS[script].about}`,
    entryScript: DRIVER_SCRIPTS[script],
    ...changes,
  };
  const finding = judgeDriver(await subject.observe(scenario), problemOf);
  // A machine under load has failures of its own.
  return finding.status === 'fail' ? judgeDriver(await subject.observe(onceMore(scenario)), problemOf) : finding;
}

function judgeDriver(observation: Observation, problemOf: (seen: Seen) => string | undefined): Finding {
  return onFirstHost(observation, (host, evidence) => {
    if (host.startError !== undefined) return unknown(`it ${describeEnd(host)}`, evidence);
    const { exitCode, failure } = host;
    const problem = problemOf({ log: wholeLog(host), exitCode, failure, end: describeEnd(host) });
    return problem === undefined ? pass('it does', evidence) : fail(problem, evidence);
  });
}

async function forDrivers(subject: Subject, ask: () => Promise<Finding>): Promise<Finding> {
  return subject.isDriversJob ? ask() : notApplicable(NO_DRIVERS);
}

/** Asks what needs drivers that run a script. */
function withScript(subject: Subject, ask: () => Promise<Finding>): Promise<Finding> {
  return forDrivers(subject, async () => {
    const finding = await driversScript.run(subject);
    return finding.status === 'pass' ? ask() : skipped(`the drivers run no script: ${finding.verdict}`);
  });
}
