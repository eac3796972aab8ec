import { type IntermediateOutput, prepareIntermediateOutput } from '../artifacts/intermediate.ts';
import { prepareArchives } from '../artifacts/package-artifacts.ts';
import { type ConfiguredJob, withSecrets } from './configure-job.ts';
import { type PreparedProgram, prepareProgram } from './prepare-program.ts';

/** A job whose program can be started. */
export interface PreparedJob extends ConfiguredJob {
  readonly program: PreparedProgram;
  /** Uploads intermediate output while the program runs, if the job asks for it (contract C56). */
  readonly intermediate: IntermediateOutput | undefined;
}

/**
 * Checks the destinations of the output, then prepares the program.
 *
 * @throws OptmlError of every kind; STOPPED when the job is stopped meanwhile.
 */
export async function prepareJob(job: ConfiguredJob): Promise<PreparedJob> {
  const { environment, log, stop } = job;
  const patience = job.waits?.s3;
  if (job.packing.isOurs) await prepareArchives(environment, log, patience);
  const intermediate = prepareIntermediateOutput(environment, stop, log, patience);
  const { program, secrets } = await prepareProgram(job);
  return { ...withSecrets(job, secrets), program, intermediate };
}
