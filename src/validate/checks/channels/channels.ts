import { RELATIVE_PATHS } from '../../../contract/paths.ts';
import type { Check, Finding } from '../../check.ts';
import type { Scenario } from '../../observe/scenario/scenario.ts';
import type { Subject } from '../../subject.ts';
import { evidenceOf, MOST_LISTED } from '../support/evidence.ts';
import { fail, pass, unknown } from '../support/findings.ts';
import { onFirstHost } from '../support/on-first-host.ts';
import { mustSucceed, onceMore, onSuccess } from '../support/on-success.ts';
import { describeEnd, unseenIn } from '../support/outcome.ts';
import { READ_ONLY_CHANNELS } from '../support/scenarios.ts';

/** Contract section 2 and C46: a container must not write to its channels. */
export const channelsReadOnly: Check = {
  id: 'channels-read-only',
  clause: 'C46',
  severity: 'must',
  title: 'It does not write to its channels',
  probe:
    'The job is run on copies of its channels, which are compared afterwards, and once more with its channels mounted read-only. Large channels are mounted read-only in the first run.',
  why: 'FastFile channels are read-only: a job that writes there fails as soon as somebody chooses that input mode.',
  fix: 'Write scratch files to /tmp, and results to /opt/ml/model or /opt/ml/output/data.',
  run: (subject) =>
    onSuccess(subject, async ({ observation, host }) => {
      const changes = host.channelChanges ?? [];
      if (changes.length > 0) {
        const evidence = evidenceOf(observation, host, { files: changes.slice(0, MOST_LISTED) });
        return fail(`it ${changes[0]}${changes.length > 1 ? `, and ${changes.length - 1} more` : ''}`, evidence);
      }
      const unseen = unseenIn(host, RELATIVE_PATHS.inputDataDir);
      if (unseen !== undefined) return unknown(`not all of its channels could be compared: ${unseen}`);
      return mustSucceed(subject, {
        scenario: READ_ONLY_CHANNELS,
        passed: 'it leaves its channels as they are',
        failed: 'with its channels read-only it',
      });
    }),
};

/** Contract C11: other channels than the program knows. */
export const channelExtra: Check = {
  id: 'channel-extra',
  clause: 'C11',
  severity: 'must',
  title: 'A further channel does not disturb it',
  probe: 'The job is run with one more channel, "validate_extra", which holds one file.',
  why: 'Channels come from the request: tools add their own (checkpoints, code, drivers, validation data).',
  fix: 'Look for the channels that the program needs by name, and leave others alone.',
  run: (subject) =>
    mustSucceed(subject, {
      scenario: {
        id: 'channel-extra',
        about: 'the job with one more channel',
        channels: { more: { validate_extra: { 'file.txt': 'one line\n' } } },
      },
      passed: 'it succeeds with a channel that it does not know',
      failed: 'with one more channel it',
    }),
};

/** Contract C44: a channel that a request does not name. */
export const channelAbsent: Check = {
  id: 'channel-absent',
  clause: 'C44',
  severity: 'should',
  title: 'Without its channels it ends, and says what it misses',
  probe: 'The job is run without channels. It may succeed; or fail, with a word in its log or failure file.',
  why: 'A request may leave a channel out. A container that waits for it is billed until MaxRuntimeInSeconds; one that fails without a word costs its user an evening.',
  fix: 'Look for each channel at the start, and name the one that is missing in the error.',
  run: (subject) =>
    endsWithAWord(subject, {
      scenario: { id: 'channel-absent', about: 'the job without channels', channels: { areAbsent: true } },
      without: 'without its channels',
    }),
};

/** Contract C45: a host may get no object of a sharded channel. */
export const channelEmpty: Check = {
  id: 'channel-empty',
  clause: 'C45',
  severity: 'should',
  title: 'On an empty shard it ends, and reports it',
  probe: 'The job is run with its channels empty. It may succeed; or fail, with a word in its log or failure file.',
  why: 'With ShardedByS3Key and fewer objects than hosts, a host gets none.',
  fix: 'Treat a folder without files as a case of its own: continue without data, or fail with an error that names it.',
  run: (subject) =>
    endsWithAWord(subject, {
      scenario: { id: 'channel-empty', about: 'the job with its channels empty', channels: { areEmpty: true } },
      without: 'on empty channels',
    }),
};

function endsWithAWord(
  subject: Subject,
  { scenario, without }: { readonly scenario: Scenario; readonly without: string },
): Promise<Finding> {
  const run = async (once: Scenario) =>
    onFirstHost(await subject.observe(once), (host, evidence) => {
      const isSilent = host.exitCode !== 0 && host.output.lineCount === 0 && (host.failure ?? '') === '';
      if (!host.isTimedOut && !isSilent) return pass(`${without} it ${describeEnd(host)}`, evidence);
      return fail(`${without} it ${describeEnd(host)}${isSilent ? ', and says nothing' : ''}`, evidence);
    });
  return onSuccess(subject, async () => {
    const finding = await run(scenario);
    if (finding.status !== 'fail') return finding;
    const again = await run(onceMore(scenario));
    return again.status === 'skipped' ? unknown(`${finding.verdict} once; ${again.verdict}`) : again;
  });
}
