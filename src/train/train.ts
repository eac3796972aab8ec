import { within } from '../concurrency/clock.ts';
import { clearSuccess } from '../outcome/marker-files.ts';
import { StopControl } from '../process/stop-control.ts';
import { conclude } from './conclude.ts';
import { configureJob } from './configure-job.ts';
import { type PreparedJob, prepareJob } from './prepare-job.ts';
import { reportError } from './report-failure.ts';
import { runProgram } from './run-program.ts';
import { locateJob, type StartedJob, startJob, type TrainOptions } from './start-job.ts';

// A reader of the log that stands still for so long loses the last records.
const FLUSH_MS = 2000;
// For the program to be killed.
const CRASH_MS = 3000;

/**
 * Runs a training job as the platform asks for it (`docker run IMAGE train`, contract C1): reads the configuration,
 * prepares and runs the user's program, reports success or failure, packs the artifacts. Takes the process's signals
 * from now on. Returns the exit code; every failure is logged and written to `output/failure`.
 */
export async function train(options: TrainOptions): Promise<number> {
  const stop = new StopControl((signal) => known.log.warn(`Received ${signal}: stopping the job`));
  const started = startJob(options, stop);
  // How far the job has come: a failure is reported with everything that is known by then.
  let known: StartedJob & Partial<PreparedJob> = started;
  stop.listen();
  const run = async (): Promise<number> => {
    try {
      const located = await locateJob(started);
      known = located;
      const configured = await configureJob(located);
      known = configured;
      const prepared = await prepareJob(configured);
      known = prepared;
      const outcome = await runProgram(prepared);
      return await conclude(outcome, prepared);
    } catch (error) {
      return reportError(error, known);
    } finally {
      await known.intermediate?.finish();
      // It leaves nothing behind once it is made, used or not.
      await started.outputPipe;
    }
  };
  const running = run();
  const end = await Promise.race([running, untilCrash()]);
  const code = typeof end === 'number' ? end : await endAfterCrash(end.error, running, known);
  await started.stderr.flush(FLUSH_MS);
  return code;
}

/** The first error that nothing handles, in a callback for example. */
function untilCrash(): Promise<{ readonly error: unknown }> {
  return new Promise((resolve) => process.on('uncaughtException', (error) => resolve({ error })));
}

async function endAfterCrash(
  error: unknown,
  running: Promise<number>,
  job: StartedJob & Partial<PreparedJob>,
): Promise<number> {
  job.stop.kill();
  const code = reportError(error, job);
  // The program ends meanwhile. Its end must not be reported as a success.
  await within(running, CRASH_MS);
  if (job.paths !== undefined) clearSuccess(job.paths.successFile);
  return code;
}
