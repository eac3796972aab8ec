import { isAbsolute } from 'node:path';
import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { TOOLKIT_HYPERPARAMETERS } from '../../contract/toolkit-hyperparameters.ts';
import { ENGINE_NAMES } from '../../engines/engine-names.ts';
import { maskedError } from '../../errors/masked-error.ts';
import { isJobName, numberedName } from '../../jobs/job-name.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import type { JobRecord } from '../../jobs/record.ts';
import { isOfNewerVersion } from '../../jobs/record-shape.ts';
import { algorithmProblems, prepareRequest } from '../../local/run-training-job.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import { requestError } from '../../request/request-error.ts';
import { requestMask } from '../../request/request-mask.ts';
import { openJob } from '../open-job.ts';
import type { GivenOptions } from '../options/parse-options.ts';
import { type CommandRules, readOptions } from '../options/read-options.ts';
import { usageError } from '../options/usage-error.ts';
import { checkInputs } from '../run-inputs.ts';
import { withCheckpoints } from './checkpoints-of-rerun.ts';
import { ENGINE_HELP, ENGINE_OPTIONS, engineOptions } from './engine-options.ts';
import { runRequest } from './run-request.ts';

const HELP = `optml rerun - runs the request of a job again, as a new job

Usage: optml rerun JOB [--from-checkpoint] [OPTIONS]

  JOB                     its name: "optml jobs" lists them
  --from-checkpoint       continue from the job's checkpoints. Without it, the new job starts without any, and has a
                          location of its own for them
  --name NAME             the name of the new job (default: the next free one, such as JOB-2)

How optml runs it:
${ENGINE_HELP}
  -h, --help              this text

Source, data and image are used as they are now, and the engine is that of the job. Stops and exit codes: "optml run --help".
`;

/** The options of `optml rerun`. */
export const RERUN_RULES: CommandRules = {
  command: 'optml rerun',
  help: HELP,
  operands: ['JOB'],
  flags: ['from-checkpoint', ...ENGINE_OPTIONS.flags],
  exclusive: ENGINE_OPTIONS.exclusive,
  values: ['name', ...ENGINE_OPTIONS.values],
  choices: ENGINE_OPTIONS.choices,
};

/**
 * The command `optml rerun`. Returns the exit code of the new job, as `optml run`.
 *
 * @throws OptmlError for a wrong option, an unknown job, and a recorded request that cannot run now.
 */
export async function rerunCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const given = readOptions(args, RERUN_RULES);
  if (given === undefined) return EXIT_CODES.success;
  const engine = engineOptions(given);
  const { record, store } = openJob(given, variables);
  if (isOfNewerVersion(record)) {
    throw usageError(
      given.command,
      `a newer version of optml wrote the record of ${record.TrainingJobName}`,
      'Use that version.',
    );
  }
  const mask = requestMask(record.request);
  const used = engine.engine ?? ENGINE_NAMES.find((name) => name === record.engine);
  try {
    const { request, notes } = requestOf(record, given, store);
    const where = `the record of ${record.TrainingJobName}`;
    const optionAt = (path: string) => (path === 'TrainingJobName' && given.values.has('name') ? '--name' : undefined);
    const prepared = prepareRequest(request, { where, baseDir: '/', isAsPlatform: false, optionAt });
    await checkInputs(prepared, { where, optionAt, engine: used });
    const problems = await algorithmProblems(prepared);
    if (problems.length > 0) throw requestError(problems, where, optionAt);
    const setting = { given, variables, engine: { ...engine, engine: used }, mask, notes };
    return await runRequest(prepared, { ...setting, isExactName: true });
  } catch (error) {
    throw maskedError(error, mask);
  }
}

function requestOf(record: JobRecord, given: GivenOptions, store: JobStore) {
  const { request: recorded, TrainingJobName: old, image } = record;
  const name = given.values.get('name') ?? nextName(old, store);
  const { HyperParameters: parameters = {}, AlgorithmSpecification: algorithm } = recorded;
  const { config, note } = withCheckpoints(record, { name, isContinued: given.flags.has('from-checkpoint') });
  const request: TrainingJobRequest = {
    ...recorded,
    TrainingJobName: name,
    ...(config !== undefined && { CheckpointConfig: config }),
    // The endpoint ran another image in its place.
    ...(image !== undefined && { AlgorithmSpecification: { ...algorithm, TrainingImage: image } }),
  } as TrainingJobRequest;
  const source = parameters[TOOLKIT_HYPERPARAMETERS.submitDirectory];
  const code = source ?? image ?? algorithm?.TrainingImage;
  const now = code !== undefined && isAbsolute(code.replace(/^file:\/\//, '')) ? ', as it is now' : '';
  const notes = [
    `Running ${old} again: ${source === undefined ? 'image' : 'source'} ${code ?? 'unknown'}${now}`,
    ...note,
  ];
  return { request, notes };
}

/** The first free name behind that of a job: `job-2`; of `job-2` it is `job-3`, if there is a `job`. */
function nextName(old: string, store: JobStore): string {
  const taken = new Set(store.list().map(({ TrainingJobName: name }) => name));
  const [, base = old] = /^(.+)-\d{1,6}$/.exec(old) ?? [];
  const first = isJobName(base) && taken.has(base) ? base : old;
  for (let number = 2; ; number++) {
    const name = numberedName(first, number);
    if (!taken.has(name)) return name;
  }
}
