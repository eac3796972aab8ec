import { OptmlError } from '../../errors/error.ts';
import type { LocalLocation } from './uploader.ts';

/** An error about a local location: what is wrong follows its name. */
export function locationError(location: LocalLocation, message: string, fix: string, cause?: unknown): OptmlError {
  const isSource = location.kind === 'source';
  const what = isSource ? 'the source' : `channel "${location.name}"`;
  return new OptmlError(isSource ? 'SOURCE_INVALID' : 'CHANNEL_INVALID', `${what}: ${message}`, {
    where: location.path,
    fix,
    cause,
  });
}
