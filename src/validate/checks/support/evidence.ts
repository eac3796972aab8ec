import type { Evidence } from '../../check.ts';
import type { HostObservation, Observation } from '../../observe/observation.ts';

const LOG_LINES = 12;

/** What a verdict on one host rests on: what was run, how it ended, its last lines; and whatever else is given. */
export function evidenceOf(observation: Observation, host: HostObservation | undefined, more: Evidence = {}): Evidence {
  const { about, command, hosts } = observation;
  const notes = [`Played: ${about}${hosts.length > 1 ? ` (this is ${host?.name})` : ''}`, ...(more.notes ?? [])];
  if (host === undefined) return { command, ...more, notes };
  const log = logOf(host, LOG_LINES);
  const failure = host.failure === undefined ? [] : [`output/failure: ${host.failure.slice(0, 1024)}`];
  return {
    command,
    exitCode: host.exitCode,
    ...(log !== '' && { log }),
    ...more,
    notes: [...notes, ...failure],
  };
}

/** The last lines of a host's output. */
export function logOf({ output }: HostObservation, count: number): string {
  return output.lines
    .slice(-count)
    .map(({ text }) => text)
    .join('\n');
}

/** All that was kept of a host's output, as one text. */
export function wholeLog({ output }: HostObservation): string {
  return output.lines.map(({ text }) => text).join('\n');
}
