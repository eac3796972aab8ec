import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { requestMask } from '../../request/request-mask.ts';
import { type CommandRules, readOptions } from '../options/read-options.ts';
import { RunView } from '../view/run-view.ts';
import { DOWNLOAD_HELP, downloadIfAsked } from './download-option.ts';
import { followCloudJob } from './follow-cloud-job.ts';
import { hostsOf } from './hosts-of.ts';
import { listenForInterrupts } from './interrupts.ts';
import { withCloud } from './open-cloud.ts';

const HELP = `optml attach - follows a job of SageMaker until it has ended: all its output so far, then what comes

Usage: optml attach JOB [--download[=DIR]] [--verbose | --quiet]

  JOB                     its name
${DOWNLOAD_HELP}
  --verbose               show all lines of the log, messages of statuses, and the whole failure reason
  --quiet                 show the output of the program, and what is wrong
  --help                  this text

Ctrl-C detaches: the job goes on. A second Ctrl-C within two seconds stops the job.
Exit code: 0 Completed, 1 Failed, 2 failed before the training started, 3 Stopped, 4 Completed but the model was not
downloaded, 130 detached by Ctrl-C.
`;

/** The options of `optml attach`. */
export const ATTACH_RULES: CommandRules = {
  command: 'optml attach',
  help: HELP,
  operands: ['JOB'],
  flags: ['verbose', 'quiet'],
  exclusive: ['verbose', 'quiet'],
  optionalValues: ['download'],
};

/** The command `optml attach`. Returns the exit code. @throws OptmlError for a wrong option or an unknown job. */
export async function attachCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const given = readOptions(args, ATTACH_RULES);
  if (given === undefined) return EXIT_CODES.success;
  const [name = ''] = given.operands;
  return withCloud(variables, async ({ platform, variables: s3 }) => {
    const description = await platform.describe(name);
    const view = new RunView(hostsOf(description), requestMask(description), {
      isVerbose: given.flags.has('verbose'),
      isQuiet: given.flags.has('quiet'),
    });
    const interrupts = listenForInterrupts();
    try {
      const end = await followCloudJob(name, { platform, view, interrupts });
      return await downloadIfAsked(end, { given, variables: s3, view, interrupts });
    } finally {
      view.close();
      interrupts.close();
    }
  });
}
