import { OptmlError } from '../../errors/error.ts';

export function stoppedWhileWaiting(signal: NodeJS.Signals): OptmlError {
  return new OptmlError('STOPPED', `the job was stopped by ${signal} before the training program was started`);
}
