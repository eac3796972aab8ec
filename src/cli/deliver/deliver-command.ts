import { resolve } from 'node:path';
import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { parseLocation } from '../../contract/location.ts';
import { maskedError } from '../../errors/masked-error.ts';
import { deliverJob } from '../../local/deliver/deliver-job.ts';
import { requestMask } from '../../request/request-mask.ts';
import { runWithProgress } from '../archive-work.ts';
import { openJob } from '../open-job.ts';
import { type CommandRules, readOptions } from '../options/read-options.ts';
import { usageError } from '../options/usage-error.ts';
import { ownStandardError } from '../view/own-stream.ts';
import { makePhaseView } from '../view/phase-view.ts';

const COMMAND = 'optml deliver';

const HELP = `optml deliver - delivers artifacts and checkpoints of a job that were not delivered when it ended

Usage: optml deliver JOB [--output LOCATION]

  JOB                 its name: "optml jobs" lists them
  --output LOCATION   another location than that of the job: a path, file:// or s3://
  --help              this text

They stay in the job's folder until they are delivered: "optml describe JOB" shows where. Checkpoints go to the location of
the job's checkpoints, where newer files stay.
Exit code: 0 delivered, or nothing to deliver; 1 not delivered; 2 for a wrong option or a running job.
`;

/** The options of `optml deliver`. */
export const DELIVER_RULES: CommandRules = {
  command: COMMAND,
  help: HELP,
  operands: ['JOB'],
  flags: [],
  values: ['output'],
};

/**
 * The command `optml deliver`. Returns the exit code: 128 + n after signal n.
 *
 * @throws OptmlError for a wrong option, an unknown job, a job that runs, and a location that is unavailable.
 */
export async function deliverCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const given = readOptions(args, DELIVER_RULES);
  if (given === undefined) return EXIT_CODES.success;
  const { name, record: listed, store } = openJob(given, variables);
  const mask = requestMask(listed.request);
  const location = outputLocation(given.values.get('output'));
  return runWithProgress(makePhaseView(ownStandardError()), async (signal, { note, show }) => {
    const { record, checkpoints = [] } = await deliverJob(store, name, {
      variables,
      location,
      signal,
      warn: (message) => note(mask(`Warning: ${message}`)),
      onProgress: show,
    }).catch((error: unknown) => {
      throw maskedError(error, mask);
    });
    const { ModelArtifacts: model, outputs, notDelivered = [] } = record;
    for (const sentence of notDelivered) note(mask(`Not delivered: ${sentence}`));
    const locations = [model?.S3ModelArtifacts ?? [], outputs, checkpoints].flat();
    return locations.length === 0 ? `${name}: no artifacts\n` : `${locations.join('\n')}\n`;
  });
}

// Of a folder of that name, `./s3:` is the path.
const MISTYPED_URI = /^(?:s3|file):(?!\/\/)/i;

function outputLocation(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const parsed = parseLocation(text);
  if ('s3' in parsed) return text;
  if ('path' in parsed && !MISTYPED_URI.test(text)) return resolve(parsed.path);
  const problem = 'problem' in parsed ? parsed.problem : 'expected a path, a file:// URI or s3://BUCKET/PREFIX';
  throw usageError(COMMAND, `invalid location "${text}": ${problem}`, 'Pass a path or s3://BUCKET/PREFIX.');
}
