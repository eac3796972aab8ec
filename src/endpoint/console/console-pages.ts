import { isOptmlError } from '../../errors/error.ts';
import { isJobName } from '../../jobs/job-name.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import { reportPage } from '../../report/report-page.ts';
import type { ServiceAnswer } from '../http/service.ts';
import { CONSOLE_PATH, type PageRequest } from '../http/web-console.ts';
import { openJobList } from '../jobs/job-list.ts';
import { type Access, isOfAnotherPage } from './access.ts';
import { type ConsoleJob, consoleJob, hostOf } from './console-job.ts';
import { jobListPage } from './job-list-page.ts';
import { jobPage } from './job-page.ts';
import { logIn } from './log-in.ts';
import { logPage, newLines } from './log-page.ts';
import { GUARDS, jobPath, problem, redirect } from './page-answer.ts';
import { seriesReader } from './series-reader.ts';

const REPORT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Answers the requests for pages of the console. */
export function consolePages(store: JobStore, access: Access): (request: PageRequest) => Promise<ServiceAnswer> {
  const list = openJobList(store);
  const readSeries = seriesReader();

  return async function answer(request) {
    const { method, path, query, headers } = request;
    const isStop = /^\/_optml\/jobs\/[^/]+\/stop$/.test(path);
    const allowed = isStop ? ['POST'] : ['GET', 'HEAD'];
    if (!allowed.includes(method)) return notAllowed(allowed);
    if (!isStop && query.has('token')) return logIn(request, access);
    if (!access.hasCookie(headers)) return locked();
    if (isOfAnotherPage(headers)) return foreign();
    if (path === CONSOLE_PATH) return jobListPage(store, list, query);
    if (!path.startsWith(CONSOLE_PATH)) return redirect(CONSOLE_PATH);
    try {
      return (await answerJob(request, partsOf(path))) ?? notFound();
    } catch (error) {
      if (!isOptmlError(error)) throw error;
      const lines = [error.message, ...(error.fix === undefined ? [] : [error.fix])];
      return problem(error.code === 'JOB_NOT_FOUND' ? 404 : 409, 'This is not possible', lines);
    }
  };

  async function answerJob(request: PageRequest, parts: readonly string[]): Promise<ServiceAnswer | undefined> {
    const [first, name = '', view = '', host = '', rest, ...others] = parts;
    if (first !== 'jobs' || !isJobName(name) || others.length > 0) return undefined;
    const { query } = request;
    if (view === 'stop' && parts.length === 3) return stop(request, name);
    const job = consoleJob(store, name);
    if (parts.length === 2) return jobPage(job, { readSeries, access, host: query.get('host') ?? '' });
    if (view === 'report' && parts.length === 3) return report(job);
    const known = view === 'logs' ? hostOf(job, host) : undefined;
    if (known === undefined) return undefined;
    if (parts.length === 4) return logPage(job, known, query);
    return rest === 'new' ? newLines(job, known, query) : undefined;
  }

  async function stop(request: PageRequest, name: string): Promise<ServiceAnswer> {
    const form = new URLSearchParams(await request.readBody());
    if (!access.isFormKey(form.get('key') ?? '', `stop ${name}`)) return foreign();
    store.requestStop(name);
    return redirect(jobPath(name));
  }
}

async function report({ dir, record }: ConsoleJob): Promise<ServiceAnswer> {
  const headers = { ...GUARDS, 'Content-Security-Policy': REPORT_POLICY, 'Content-Type': 'text/html; charset=utf-8' };
  return { status: 200, headers, body: await reportPage(dir, record, { isLinked: false }) };
}

// What cannot be decoded is the name of nothing.
function partsOf(path: string): readonly string[] {
  return path
    .slice(CONSOLE_PATH.length)
    .split('/')
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return '';
      }
    });
}

function locked(): ServiceAnswer {
  return problem(401, 'This page needs its token', [
    'Open the URL that "optml endpoint" has printed: it contains the token. Each start of the endpoint makes a new one.',
  ]);
}

function foreign(): ServiceAnswer {
  return problem(403, 'Another page sent this request', ['Open the console itself, and try again there.']);
}

function notFound(): ServiceAnswer {
  return problem(404, 'There is no such page', ['The list of jobs links to all pages.']);
}

function notAllowed(allowed: readonly string[]): ServiceAnswer {
  const answer = problem(405, 'This method is not allowed', [`Use ${allowed.join(' or ')}.`]);
  return { ...answer, headers: { ...answer.headers, Allow: allowed.join(', ') } };
}
