import { SOURCE_CHANNELS } from '../contract/channels.ts';
import { tailLines } from '../jobs/logs/tail-lines.ts';
import type { FailedHost } from './missing-path-hint.ts';

// The last line of sm_train.sh if it finds no Python: `set -e` ends it in the search, before its own error.
const LAST_LINE = 'Starting training script';

/** If a host of a ModelTrainer job failed because its image contains no Python (contract C27), the images that do. */
export function missingPythonHint({ request, dir, host }: Omit<FailedHost, 'engine'>): string | undefined {
  const isDriversJob = request.InputDataConfig?.some(({ ChannelName }) => ChannelName === SOURCE_CHANNELS.drivers);
  if (isDriversJob !== true || tailLines(dir, host, 1)[0] !== LAST_LINE) return undefined;
  return `${host} needs Python and pip, because ModelTrainer starts its jobs with Python: use the Python variant of the optml image (docker/python.Dockerfile), or install python3 and python3-pip in your image`;
}
