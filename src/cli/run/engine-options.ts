import { PLATFORM_STOP_SECONDS } from '../../contract/grace-periods.ts';
import { ENGINE_NAMES } from '../../engines/engine-names.ts';
import { PULL_POLICIES } from '../../engines/engine-options.ts';
import { OPTION_FORMS } from '../../engines/option-forms.ts';
import { listed, numberOf, oneOf, readable, WHOLE_NUMBER } from '../options/option-values.ts';
import type { GivenOptions } from '../options/parse-options.ts';

/** The options by which `optml run` and `optml rerun` run a job and show it. */
export const ENGINE_OPTIONS = {
  flags: ['pass-credentials', 'no-alias', 'verbose', 'quiet', 'json'],
  exclusive: ['verbose', 'quiet'],
  values: ['engine', 'pull', 'gpus', 'shm-size', 'memory', 'user', 'stop-grace', 'interrupt-after'],
  choices: { engine: ENGINE_NAMES, pull: PULL_POLICIES },
} as const;

/** Their help. */
export const ENGINE_HELP = `  --engine NAME           ${listed(ENGINE_NAMES)} (default: the first that answers)
  --pull WHEN             ${listed(PULL_POLICIES)} (default: missing)
  --gpus GPUS             GPUs for the hosts: all, a number, or device=0,1
  --shm-size SIZE         shared memory of each host, such as 2g
  --memory SIZE           most memory of each host, such as 8g
  --user USER             the user that programs run as; on process only root
  --stop-grace SECONDS    from the stop to the kill (default: ${PLATFORM_STOP_SECONDS})
  --interrupt-after SECONDS
                          simulate one spot interruption, then restart the job from its checkpoints
  --pass-credentials      give the hosts your AWS credentials: of this environment, a profile or a role
  --no-alias              run AWS's own images, also where optml has its own in their place
  --verbose               show all lines of the log, with the start banner, and the whole failure reason
  --quiet                 show the output of the program, and what is wrong
  --json                  print the answer of DescribeTrainingJob when the job has ended; its output goes to standard error`;

/** What they say. @throws OptmlError USAGE. */
export function engineOptions(given: GivenOptions) {
  const stopGraceSeconds = numberOf(given, 'stop-grace', WHOLE_NUMBER);
  const interruptAfterSeconds = numberOf(given, 'interrupt-after', WHOLE_NUMBER);
  return {
    engine: oneOf(given, 'engine', ENGINE_NAMES),
    pull: oneOf(given, 'pull', PULL_POLICIES),
    gpus: readable(given, 'gpus', OPTION_FORMS.gpus),
    shmSize: readable(given, 'shm-size', OPTION_FORMS.shmSize),
    memory: readable(given, 'memory', OPTION_FORMS.memory),
    user: given.values.get('user'),
    passCredentials: given.flags.has('pass-credentials'),
    isWithoutAliases: given.flags.has('no-alias'),
    ...(stopGraceSeconds !== undefined && { stopGraceSeconds }),
    ...(interruptAfterSeconds !== undefined && { interruptAfterSeconds }),
  };
}

/** How an engine is to run a job. */
export type EngineRunOptions = ReturnType<typeof engineOptions>;
