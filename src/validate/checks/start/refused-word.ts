import { TRAIN_WORD } from '../../image/start-of-container.ts';
import type { HostObservation } from '../../observe/observation.ts';
import type { Scenario } from '../../observe/scenario/scenario.ts';
import type { Subject } from '../../subject.ts';
import { hasSucceeded } from '../support/outcome.ts';

const OTHER_WORD = 'optml-other-word';
const OTHER: Scenario = {
  id: 'other-word',
  about: `the job, started with the word "${OTHER_WORD}" in place of "${TRAIN_WORD}"`,
  arguments: [OTHER_WORD],
};

// As a word of its own: no part of a file's name.
const WORD = new RegExp(`(?<![\\w./\\\\-])${TRAIN_WORD}(?![\\w/\\\\-]|\\.\\w)`, 'g');
const COMPLAINT =
  /error|exception|cannot|no such|not found|un(?:known|expected|recogni[sz]ed|supported)|invalid|extra|usage/i;

/**
 * The line in which the program of the image rejects the argument `train`, as `unrecognized arguments: train` of argparse.
 * Undefined where nothing shows that: the same job is started with another word, and the line has to be about that word then.
 */
export async function refusedWord(subject: Subject, host: HostObservation): Promise<string | undefined> {
  const { ContainerEntrypoint, ContainerArguments } = subject.job?.AlgorithmSpecification ?? {};
  const isOwn = ContainerEntrypoint !== undefined || ContainerArguments !== undefined;
  if (subject.image === undefined || isOwn || hasSucceeded(host) || host.isTimedOut) return undefined;
  const complaints = linesOf(host).filter((line) => COMPLAINT.test(line) && line.search(WORD) >= 0);
  if (complaints.length === 0) return undefined;
  const [other] = (await subject.observe(OTHER)).hosts;
  if (other === undefined || other.exitCode !== host.exitCode) return undefined;
  const others = new Set(linesOf(other));
  return complaints.find((line) => others.has(line.replaceAll(WORD, OTHER_WORD)));
}

function linesOf({ output }: HostObservation): readonly string[] {
  return output.lines.map(({ text }) => text.trim());
}
