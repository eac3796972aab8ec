import { OptmlError } from '../errors/error.ts';
import type { StopSource } from './stop-control.ts';

/** The error of a job that was stopped before its program was started. */
export function stoppedBeforeStart({ signal }: Pick<StopSource, 'signal'>): OptmlError {
  return new OptmlError('STOPPED', `the job was stopped by ${signal} before the training program was started`);
}

/** @throws OptmlError STOPPED when the job has been asked to stop. */
export function throwIfStopped(stop: StopSource): void {
  if (stop.signal !== undefined) throw stoppedBeforeStart(stop);
}
