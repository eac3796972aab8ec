import type { Check } from '../../check.ts';
import { describeJobEnd } from '../job-end.ts';
import { evidenceOf, wholeLog } from '../support/evidence.ts';
import { fail, pass, skipped, unknown, withoutSuccess } from '../support/findings.ts';
import { onFirstHost } from '../support/on-first-host.ts';
import { findBaseline } from '../support/on-success.ts';
import { describeEnd, hasSucceeded } from '../support/outcome.ts';
import { SUCCESS, TERMINAL } from '../support/scenarios.ts';
import { refusedWord } from './refused-word.ts';

// What shells and small inits say of a word that they were to run.
const NO_TRAIN =
  /(?:\btrain: (?:command )?not found|exec:? "?train"?: |\btrain failed: No such file|can't open '?train|failed to execute .*\btrain: |cannot find module '.*\/train')/i;

const ACCEPT_TRAIN =
  'Let the program accept the argument "train" (argparse: add_argument("mode", nargs="?")), or install it as an executable "train" on PATH, without ENTRYPOINT. Hyperparameters are in /opt/ml/input/config/hyperparameters.json, not among the arguments.';

/** Contract C1: the container is started with the one word `train`. */
export const trainStarts: Check = {
  id: 'train-starts',
  clause: 'C1',
  severity: 'must',
  title: 'The container starts with the one argument "train"',
  probe:
    'The job is run as the platform runs it: IMAGE train, or what the request says in its place. If it fails with an error about the word "train", it is run with another word, to see whether the error is about that word then.',
  why: 'The platform starts every training container this way. One that cannot be started fails after the instances were provisioned.',
  fix: 'Put an executable file "train" on PATH, or write an ENTRYPOINT in exec form that takes the argument "train".',
  run: async (subject) =>
    onFirstHost(
      await subject.observe(SUCCESS),
      async (host, evidence) => {
        if (host.startError !== undefined) return fail(`the container ${describeEnd(host)}`, evidence);
        const isMissing = [126, 127].includes(host.exitCode) && NO_TRAIN.test(wholeLog(host));
        if (isMissing) return fail(`its first program does not know "train": it ${describeEnd(host)}`, evidence);
        const refusal = await refusedWord(subject, host);
        if (refusal !== undefined) {
          return fail(`its program rejects the argument "train": ${refusal}`, evidence, ACCEPT_TRAIN);
        }
        return pass('it starts with "train"', evidence);
      },
      unknown,
    ),
};

/** Contract C4: there is no terminal, and no standard input. */
export const noTerminal: Check = {
  id: 'no-terminal',
  clause: 'C4',
  severity: 'must',
  title: 'It needs no terminal and no standard input',
  probe: 'The job is run without a terminal and standard input; where it fails, once more with a terminal.',
  why: 'The platform gives a container neither.',
  fix: 'Do not ask for a terminal (tput, stty, read, getpass, interactive prompts), and expect an end of file on standard input.',
  async run(subject) {
    const baseline = await findBaseline(subject);
    if (baseline !== undefined) {
      return pass('it succeeds without a terminal', evidenceOf(baseline.observation, baseline.host));
    }
    const plain = await subject.observe(SUCCESS);
    const observation = await subject.observe(TERMINAL);
    if (observation.cannot !== undefined) return skipped(observation.cannot);
    const [host] = observation.hosts;
    if (host === undefined || !hasSucceeded(host)) {
      return withoutSuccess('the job fails with a terminal too: give what it needs with --job job.json');
    }
    const [failed] = plain.hosts;
    const end = failed === undefined ? 'failed' : describeEnd(failed);
    return fail(`it succeeds with a terminal only: without one it ${end}`, evidenceOf(plain, failed));
  },
};

/** Contract C50: exit code 0 is success. */
export const successRun: Check = {
  id: 'success-run',
  clause: 'C50',
  severity: 'must',
  title: 'The job succeeds with exit code 0',
  probe:
    'The job is run: the one of --job, else one without hyperparameters and with a small table as channel "training".',
  why: 'Exit code 0 is the only thing by which the platform knows success. All other behaviour is tried on a job that succeeds.',
  fix: 'Look at the log: run the same job with "optml run".',
  run: async (subject) =>
    onFirstHost(
      await subject.observe(SUCCESS),
      (host, evidence) => {
        if (hasSucceeded(host)) return pass(`it succeeds in ${host.seconds.toFixed(1)} s`, evidence);
        const end = describeJobEnd(host, subject);
        if (subject.job !== undefined) return fail(`the job ${end}`, evidence);
        return withoutSuccess(
          `without a job of its own it ${end}; this ${subject.kind === 'command' ? 'program' : 'image'} may need its own hyperparameters and data: give them with --job job.json`,
          evidence,
        );
      },
      unknown,
    ),
};
