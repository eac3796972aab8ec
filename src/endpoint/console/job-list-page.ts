import type { JobSummary } from '../../jobs/describe/job-summary.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import { hasEnded } from '../../jobs/status.ts';
import { isStopAsked } from '../../jobs/watch-stop.ts';
import { durationText, timeText } from '../../report/format.ts';
import { breakable, type Content, html, type Markup, raw } from '../../report/html.ts';
import { requestMask } from '../../request/request-mask.ts';
import type { ServiceAnswer } from '../http/service.ts';
import { CONSOLE_PATH } from '../http/web-console.ts';
import type { JobList } from '../jobs/job-list.ts';
import { jobPath, page } from './page-answer.ts';

const PAGE_SIZE = 50;
const STATUSES = ['InProgress', 'Completed', 'Failed', 'Stopping', 'Stopped'];

/** The list of jobs, newest first. */
export function jobListPage(store: JobStore, list: JobList, query: URLSearchParams): ServiceAnswer {
  const unreadable: string[] = [];
  const part = query.get('name') ?? '';
  const status = query.get('status') ?? '';
  const jobs = list
    .read((name) => unreadable.push(name))
    .map((job) => asStopping(job, store))
    .filter((job) => job.TrainingJobName.includes(part) && (status === '' || job.TrainingJobStatus === status))
    .sort((a, b) => b.CreationTime - a.CreationTime || (a.TrainingJobName < b.TrainingJobName ? 1 : -1));
  const last = Math.max(1, Math.ceil(jobs.length / PAGE_SIZE));
  const number = Math.min(last, Math.max(1, Math.floor(Number(query.get('page') ?? 1)) || 1));
  const shown = jobs.slice((number - 1) * PAGE_SIZE, number * PAGE_SIZE);
  const isFiltered = part !== '' || status !== '';
  const content = html`<header><h1>Training jobs</h1>
${filterForm(part, status)}
</header>
<section id="jobs" data-part aria-label="Jobs">
${unreadable.length === 0 ? undefined : html`<p role="note">${unreadable.length} ${unreadable.length === 1 ? 'job has a record' : 'jobs have records'} that cannot be read: ${shortList(unreadable)}.</p>`}
${shown.length === 0 ? empty(isFiltered) : table(shown.map((job) => row(job, store)))}
${pages({ number, last, count: jobs.length, query })}
</section>`;
  return page({ title: 'Training jobs', content, isLive: number === 1 });
}

function filterForm(part: string, status: string): Markup {
  const option = (value: string, text: string) =>
    html`<option value="${value}"${value === status ? raw(' selected') : undefined}>${text}</option>`;
  return html`<form class="filter" method="get" action="${CONSOLE_PATH}" role="search">
<label>Name contains<input name="name" value="${part}" maxlength="63" autocomplete="off" spellcheck="false"></label>
<label>Status<select name="status">${option('', 'All')}${STATUSES.map((one) => option(one, one))}</select></label>
<button>Show</button>
</form>`;
}

function empty(isFiltered: boolean): Markup {
  return isFiltered
    ? html`<p>No job has such a name and status. <a href="${CONSOLE_PATH}">Show all jobs</a></p>`
    : html`<p>No job has been run yet. Jobs of <code>optml run</code> and of clients of this endpoint appear here.</p>`;
}

function table(rows: readonly Markup[]): Markup {
  return html`<table class="cards jobs"><thead><tr><th scope="col">Name</th><th scope="col">Status</th><th scope="col">Created</th><th scope="col">Duration</th><th scope="col">Image</th></tr></thead>
<tbody>${rows}</tbody></table>`;
}

function row(job: JobSummary, store: JobStore): Markup {
  const { TrainingJobName: name, TrainingJobStatus: status, SecondaryStatus: secondary } = job;
  const isRunning = !hasEnded(status);
  const end = job.TrainingEndTime ?? (isRunning ? Date.now() / 1000 : job.LastModifiedTime);
  return html`<tr><th scope="row"><a href="${jobPath(name)}">${breakable(name)}</a></th><td data-label="Status"><span><span class="badge ${status}">${isRunning && secondary !== status ? secondary : status}</span></span></td><td data-label="Created" class="number">${timeText(job.CreationTime)}</td><td data-label="Duration" class="number">${durationText(end - job.CreationTime)}</td><td data-label="Image" class="image small">${imageOf(name, store)}</td></tr>
`;
}

function imageOf(name: string, store: JobStore): Content {
  try {
    const { request } = store.read(name);
    const image = request.AlgorithmSpecification?.TrainingImage;
    return image === undefined ? undefined : html`<span>${breakable(requestMask(request)(image))}</span>`;
  } catch {
    // It has been deleted meanwhile.
    return undefined;
  }
}

interface Place {
  readonly number: number;
  readonly last: number;
  readonly count: number;
  readonly query: URLSearchParams;
}

function pages({ number, last, count, query }: Place): Markup {
  const to = (other: number) => {
    const next = new URLSearchParams();
    for (const name of ['name', 'status']) if (query.get(name)) next.set(name, query.get(name) ?? '');
    next.set('page', String(other));
    return `${CONSOLE_PATH}?${next}`;
  };
  const first = (number - 1) * PAGE_SIZE + 1;
  const range = html`<span class="faint">${first.toLocaleString('en-US')} to ${Math.min(count, number * PAGE_SIZE).toLocaleString('en-US')} of ${count.toLocaleString('en-US')}</span>`;
  return html`<nav class="pages" aria-label="Pages">
${count === 0 ? undefined : range}
${number > 1 ? html`<a class="button" href="${to(number - 1)}" rel="prev">Newer jobs</a>` : undefined}
${number < last ? html`<a class="button" href="${to(number + 1)}" rel="next">Older jobs</a>` : undefined}
<a class="button" href="${to(number)}">Refresh</a>
</nav>`;
}

// Its process has not yet read that somebody asked for its stop.
function asStopping(job: JobSummary, store: JobStore): JobSummary {
  const { TrainingJobName: name, TrainingJobStatus: status } = job;
  if (status !== 'InProgress' || !isStopAsked(store.folderOf(name))) return job;
  return { ...job, TrainingJobStatus: 'Stopping', SecondaryStatus: 'Stopping' };
}

const MOST_NAMED = 5;

function shortList(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return [...names.slice(0, MOST_NAMED), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
