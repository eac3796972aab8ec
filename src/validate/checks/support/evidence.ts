import { FAILURE_REASON } from '../../../contract/failure-reason.ts';
import type { Evidence } from '../../check.ts';
import type { HostObservation, Observation } from '../../observe/observation.ts';

const LOG_LINES = 12;

/** Files of a list that evidence shows. */
export const MOST_LISTED = 20;

/** The start of a failure file that FailureReason shows, after the prefix that the platform puts before it. */
export const SHOWN_FAILURE_CHARACTERS = FAILURE_REASON.maxLength - FAILURE_REASON.prefix.length;

/** What a verdict on one host rests on: what was run, how it ended, its last lines; and whatever else is given. */
export function evidenceOf(observation: Observation, host: HostObservation | undefined, more: Evidence = {}): Evidence {
  const { about, command, hosts } = observation;
  const notes = [`Played: ${about}${hosts.length > 1 ? ` (this is ${host?.name})` : ''}`, ...(more.notes ?? [])];
  if (host === undefined) return { command, ...more, notes };
  const log = logOf(host, LOG_LINES);
  const failure =
    host.failure === undefined ? [] : [`output/failure: ${host.failure.slice(0, FAILURE_REASON.maxLength)}`];
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
