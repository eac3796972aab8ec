import { OptmlError } from '../errors/error.ts';

/** The error for an isolated job whose hosts would reach other networks, because of `lack`. */
export function isolationRefused(lack: string): OptmlError {
  return new OptmlError('START_FAILED', `the hosts cannot be kept from other networks: ${lack}`, {
    where: 'EnableNetworkIsolation, engine process',
    fix: 'Set EnableNetworkIsolation to false, or use a container engine.',
  });
}
