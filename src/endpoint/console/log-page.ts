import { html, type Markup } from '../../report/html.ts';
import type { ServiceAnswer } from '../http/service.ts';
import { CONSOLE_PATH } from '../http/web-console.ts';
import type { ConsoleJob } from './console-job.ts';
import { AT_END, type LogChunk, type LogPlace, readLog } from './log-lines.ts';
import { GUARDS, jobPath, page } from './page-answer.ts';

// A page that follows a log shows no more of it at a time: no one can read a faster one.
const MOST_BEHIND = 1 << 20;

/** A page of the log of a host: its end, or the part that the query names. */
export function logPage(job: ConsoleJob, host: string, query: URLSearchParams): ServiceAnswer {
  const { name, mask, dir, hasEnded } = job;
  const chunk = readLog({ dir, host, hasEnded, mask }, placeOf(query));
  const path = jobPath(name, 'logs', host);
  const content = html`<nav class="crumbs" aria-label="Path"><a href="${CONSOLE_PATH}">Training jobs</a><a href="${jobPath(name)}">${name}</a></nav>
<header><h1>Log of ${host}</h1><p class="faint">${rangeText(chunk)}</p>
${links('Parts of the log', path, chunk)}</header>
<section aria-label="Lines"><div class="lines" tabindex="0" role="region" aria-label="Lines of ${host}"><pre>${chunk.text}</pre></div>
${links('Parts of the log, below the lines', path, chunk)}</section>`;
  return page({ title: `Log of ${host} · ${name}`, content });
}

/** The lines of a log that are new since a place: JSON for the script. */
export function newLines(job: ConsoleJob, host: string, query: URLSearchParams): ServiceAnswer {
  const { mask, dir, hasEnded } = job;
  const from = numberOf(query.get('from')) ?? 0;
  const asked = readLog({ dir, host, hasEnded, mask }, { from });
  const isFarBehind = asked.size - asked.end > MOST_BEHIND;
  const chunk = isFarBehind ? readLog({ dir, host, hasEnded, mask }, AT_END) : asked;
  const body = {
    text: chunk.text,
    rest: chunk.rest,
    next: chunk.end,
    skipped: isFarBehind ? chunk.start - Math.min(from, chunk.start) : 0,
    isMore: chunk.end < chunk.size,
  };
  return { status: 200, headers: { ...GUARDS, 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}

function placeOf(query: URLSearchParams): LogPlace {
  const before = numberOf(query.get('before'));
  const from = numberOf(query.get('from'));
  if (before !== undefined) return { before };
  return from === undefined ? AT_END : { from };
}

function numberOf(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function rangeText({ start, end, size }: LogChunk): string {
  if (size === 0) return 'It has written nothing yet.';
  const say = (bytes: number) => bytes.toLocaleString('en-US');
  return `Bytes ${say(start)} to ${say(end)} of ${say(size)}`;
}

function links(label: string, path: string, { start, end, size }: LogChunk): Markup {
  const link = (to: string, text: string) => html`<a class="button" href="${path}${to}">${text}</a>`;
  return html`<nav class="pages" aria-label="${label}">
${start > 0 ? html`${link('?from=0', 'Start')}${link(`?before=${start}`, 'Earlier lines')}` : undefined}
${end < size ? html`${link(`?from=${end}`, 'Later lines')}${link('', 'End')}` : link('', 'Refresh')}
</nav>`;
}
