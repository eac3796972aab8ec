import { sayNumber } from '../../jobs/record-file.ts';
import { isOfNewerVersion } from '../../jobs/record-shape.ts';
import { chart, spanOf } from '../../report/chart.ts';
import { html, type Markup, raw } from '../../report/html.ts';
import { artifacts, channels, heading, hosts, parameters, section, timeLine } from '../../report/sections.ts';
import type { ServiceAnswer } from '../http/service.ts';
import { CONSOLE_PATH } from '../http/web-console.ts';
import type { Access } from './access.ts';
import { type ConsoleJob, hostOf } from './console-job.ts';
import { AT_END, readLog } from './log-lines.ts';
import { jobPath, page } from './page-answer.ts';
import type { SeriesReader } from './series-reader.ts';

export interface JobPageOptions {
  readonly readSeries: SeriesReader;
  readonly access: Access;
  /** Whose log is shown; that of the first host for another text. */
  readonly host: string;
}

/** The page of a job. */
export async function jobPage(job: ConsoleJob, { readSeries, access, host }: JobPageOptions): Promise<ServiceAnswer> {
  const { name, record, mask, hasEnded } = job;
  const now = Date.now() / 1000;
  const shownHost = hostOf(job, host) ?? job.hosts[0];
  const metrics = await readSeries(job.dir);
  const span = spanOf(metrics, (record.TrainingStartTime ?? record.CreationTime) * 1000);
  const charts =
    metrics.length === 0
      ? html`<p class="faint">${hasEnded ? 'The job has no metrics.' : 'No metrics yet.'}</p>`
      : html`<div class="charts">${metrics.map((metric) => chart(metric, span))}</div>`;
  const content = html`<nav class="crumbs" aria-label="Path"><a href="${CONSOLE_PATH}">Training jobs</a></nav>
${part('part-summary', heading(record, mask, now))}
${part('part-actions', actions(job, access))}
${part('part-times', timeLine(record.SecondaryStatusTransitions, hasEnded ? record.LastModifiedTime : now, mask))}
${part('part-metrics', section('Metrics', charts))}
${shownHost === undefined ? section('Logs', html`<p class="faint">The job has no hosts yet.</p>`) : logs(job, shownHost)}
${parameters(record.request, mask)}
${channels(record.request, mask)}
${hosts(record)}
${part('part-artifacts', artifacts(record, mask, { isLinked: false }))}
${section('Request and status', html`<p class="faint">The answer of DescribeTrainingJob, secrets masked.</p><pre class="json" tabindex="0" role="region" aria-label="JSON">${JSON.stringify(job.describe(), sayNumber, 2)}</pre>`)}`;
  return page({ title: name, content, isLive: !hasEnded });
}

/** A part that the script replaces. */
function part(id: string, content: Markup): Markup {
  return html`<div id="${id}" data-part>${content}</div>`;
}

function actions(job: ConsoleJob, access: Access): Markup {
  const { name, record, hasEnded } = job;
  const canStop = record.TrainingJobStatus === 'InProgress' && !hasEnded && !isOfNewerVersion(record);
  const form = html`<details class="stop"><summary>Stop the job …</summary><form method="post" action="${jobPath(name, 'stop')}">
<input type="hidden" name="key" value="${access.formKey(`stop ${name}`)}">
<p>Its programs get SIGTERM and time to save. The model of a stopped job is kept.</p><button>Stop now</button></form></details>`;
  return html`<div class="actions"><a class="button" href="${jobPath(name)}">Refresh</a><a class="button" href="${jobPath(name, 'report')}">Report</a>${canStop ? form : undefined}</div>`;
}

function logs(job: ConsoleJob, host: string): Markup {
  const { dir, name, hasEnded, mask } = job;
  const { text, rest, end } = readLog({ dir, host, hasEnded, mask }, AT_END);
  const choice = (one: string) =>
    html`<li><a href="${jobPath(name)}?host=${encodeURIComponent(one)}#logs"${one === host ? raw(' aria-current="true"') : undefined}>${one}</a></li>`;
  const isEmpty = text === '' && rest === '' && hasEnded;
  return section(
    'Logs',
    html`${job.hosts.length > 1 ? html`<ul class="hosts-bar">${job.hosts.map(choice)}</ul>` : undefined}
<p class="faint">The last lines of ${host}. <a href="${jobPath(name, 'logs', host)}">Read the whole log</a></p>
${isEmpty ? html`<p class="faint">It wrote nothing.</p>` : html`<div class="log" tabindex="0" role="region" aria-label="Log of ${host}"><div data-url="${jobPath(name, 'logs', host, 'new')}" data-next="${end}"><pre>${text}</pre><pre class="rest">${rest}</pre></div></div>`}`,
  );
}
