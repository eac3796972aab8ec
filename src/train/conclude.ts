import { packageArtifacts } from '../artifacts/package-artifacts.ts';
import { asOptmlError, describeError } from '../errors/error.ts';
import { writeSuccess } from '../outcome/marker-files.ts';
import type { ConfiguredJob } from './configure-job.ts';
import type { PreparedJob } from './prepare-job.ts';
import { reportFailure } from './report-failure.ts';
import type { ProgramOutcome } from './run-program.ts';

/**
 * Packs the model and reports. Nothing may claim success before everything that proves it is on disk (contract C71).
 * Returns the exit code.
 *
 * @throws OptmlError of packing, for a program that succeeded.
 */
export async function conclude(outcome: ProgramOutcome, job: PreparedJob): Promise<number> {
  // Runs while the model is packed. After a failure it is waited for at the very end.
  const uploaded = job.intermediate?.finish();
  if (outcome.failureText === undefined) {
    await packIfOurs(job);
    await uploaded;
    writeSuccess(job.paths.successFile);
    job.log.info('Reporting training SUCCESS');
    return 0;
  }
  reportFailure(outcome.failureText, job);
  if (outcome.isStoppedInTime) {
    await packIfOurs(job).catch((error: unknown) => job.log.error(describeError(asOptmlError(error))));
  }
  return outcome.exitCode;
}

async function packIfOurs({ packing, environment, stop, log, waits }: ConfiguredJob): Promise<void> {
  if (!packing.isOurs) {
    log.debug(`The model is not packed here: ${packing.why}`);
    return;
  }
  const giveUp = new AbortController();
  const { stopGraceSeconds } = environment.settings;
  stop.onStop(() => setTimeout(() => giveUp.abort(), stop.remainingMs(stopGraceSeconds)).unref());
  await packageArtifacts(environment, giveUp.signal, log, waits?.s3);
}
