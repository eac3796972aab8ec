import { openStore } from '../../jobs/job-store.ts';
import type { TrainingJobResult } from '../run-training-job.ts';
import { removeJob } from './remove-job.ts';

/**
 * Removes the record of a job that failed before its hosts started, so that its name is free again: an image that is missing,
 * an engine that does not answer, a build that fails. A job that left something, and one that met a defect of optml, keep
 * their record. `isStoppedToo`: also a job that was stopped before. Never throws.
 */
export async function forgetUnstarted(
  result: TrainingJobResult,
  variables: Readonly<NodeJS.ProcessEnv>,
  isStoppedToo = false,
): Promise<TrainingJobResult> {
  const { name, record, error } = result;
  const { TrainingJobStatus: status, SecondaryStatusTransitions: steps, leftovers } = record;
  const hasStarted = steps.some(({ Status }) => Status === 'Training');
  const isUnstarted = !hasStarted && (status === 'Failed' || (isStoppedToo && status === 'Stopped'));
  if (!isUnstarted || leftovers.length > 0 || error?.kind === 'toolkit') return result;
  try {
    await removeJob(openStore(variables), name, { variables, isForced: false });
    return { ...result, report: undefined };
  } catch {
    // It has something to deliver, or the disk fails: its record stays.
    return result;
  }
}
