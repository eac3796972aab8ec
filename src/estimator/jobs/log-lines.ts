import type { LogPart } from '../../jobs/logs/cursor.ts';

/** A line of a host, without its break. */
export interface HostLine {
  readonly host: string;
  readonly time: number;
  readonly line: string;
}

/** The lines of a part of a log. */
export function* linesOf({ host, time, lines }: LogPart): Generator<HostLine> {
  const text = lines.toString('utf8');
  for (const line of (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')) {
    yield { host, time, line: line.replace(/\r$/, '') };
  }
}
