import { EXIT_CODES } from '../../contract/exit-codes.ts';
import type { TrainAhead } from '../../engines/train-ahead.ts';
import { describeTrainingJob } from '../../jobs/describe/describe.ts';
import { sayNumber } from '../../jobs/record-file.ts';
import { forgetUnstarted } from '../../local/removal/forget-unstarted.ts';
import { planHosts, runPreparedJob, type TrainingJobResult } from '../../local/run-training-job.ts';
import { printMessage, printResult } from '../../log/print.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import { visibleJson } from '../../text/visible.ts';
import type { GivenOptions } from '../options/parse-options.ts';
import { unpassedSettings } from '../run-inputs.ts';
import { codeFolders } from '../view/code-folders.ts';
import { jobExitCode } from '../view/job-exit-code.ts';
import { RunView, type ViewOptions } from '../view/run-view.ts';
import type { EngineRunOptions } from './engine-options.ts';
import { listenForStops } from './listen-for-stops.ts';

/** How a command runs a job. */
export interface RunSetting {
  readonly given: GivenOptions;
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly engine: EngineRunOptions;
  /** Masks the secrets of the request. */
  readonly mask: (text: string) => string;
  /** Lines before the first of the job. */
  readonly notes: readonly string[];
  /** A `train` that waits already. */
  readonly ahead?: TrainAhead | undefined;
  /** Stops the job, as a signal of this process does. A reason that is a text is shown. */
  readonly stop?: AbortSignal | undefined;
  readonly isExactName?: boolean;
}

/**
 * Runs a checked request and shows the job. A job that could not be started leaves no record. Returns the exit code: 0
 * Completed, 1 Failed, 2 not started, 3 Stopped, 4 for output that is not delivered, 70 for a defect.
 *
 * @throws OptmlError before the job has a name.
 */
export async function runRequest(request: TrainingJobRequest, setting: RunSetting): Promise<number> {
  const { given, variables, mask, stop } = setting;
  for (const warning of unpassedSettings(variables, request)) printMessage(warning);
  const view = new RunView(
    planHosts(request).map(({ name }) => name),
    mask,
    viewOptions(given, request),
  );
  const stops = listenForStops((hint) => view.note(hint));
  const showReason = () => void (typeof stop?.reason === 'string' && view.note(stop.reason));
  stop?.addEventListener('abort', showReason);
  try {
    for (const note of setting.notes) view.info(note);
    const ended = await runPreparedJob(request, {
      variables,
      onEvent: view.show,
      onName: (name, renamedFrom) =>
        view.info(renamedFrom === undefined ? `Job ${name}` : `Job ${name} (an ended job is called ${renamedFrom})`),
      stop: stop === undefined ? stops.stop : AbortSignal.any([stops.stop, stop]),
      kill: stops.kill,
      ...setting.engine,
      ahead: setting.ahead,
      ...(setting.isExactName === true && { isExactName: true }),
    });
    const result = await forgetUnstarted(ended, variables, stop?.aborted);
    view.end(result);
    if (given.flags.has('json')) {
      printResult(visibleJson(`${JSON.stringify(describeTrainingJob(result.record), sayNumber, 2)}\n`));
    }
    return exitCodeOf(result);
  } finally {
    view.close();
    stops.close();
    stop?.removeEventListener('abort', showReason);
  }
}

function viewOptions({ flags }: GivenOptions, request: TrainingJobRequest): ViewOptions {
  return {
    isVerbose: flags.has('verbose'),
    isQuiet: flags.has('quiet'),
    isOutputOnError: flags.has('json'),
    sources: codeFolders(request),
  };
}

function exitCodeOf({ record, error }: TrainingJobResult): number {
  if (error?.kind === 'toolkit') return EXIT_CODES.defect;
  const isDelivered = record.TrainingJobStatus !== 'Completed' || record.notDelivered === undefined;
  return isDelivered ? jobExitCode(record) : EXIT_CODES.notDelivered;
}
