import { styleText } from 'node:util';

const COLOURS: Readonly<Record<string, 'green' | 'red' | 'yellow'>> = {
  Completed: 'green',
  Failed: 'red',
  Stopped: 'yellow',
  Stopping: 'yellow',
  Interrupted: 'yellow',
  MaxRuntimeExceeded: 'yellow',
  MaxWaitTimeExceeded: 'yellow',
};

/** A status of a job, in its colour for a terminal. Without one if the user wants none (`NO_COLOR`). */
export function stateColour(status: string, variables: Readonly<NodeJS.ProcessEnv> = process.env): string {
  const colour = COLOURS[status];
  if (colour === undefined || variables['NO_COLOR']) return status;
  return styleText(colour, status, { validateStream: false });
}
