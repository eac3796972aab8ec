import type { JobStore } from '../../jobs/job-store.ts';
import type { ServiceAnswer } from '../http/service.ts';
import type { PageRequest, WebConsole } from '../http/web-console.ts';
import { newAccess } from './access.ts';

/** The console of an endpoint, and the URL that opens it. */
export interface OpenedConsole extends WebConsole {
  urlAt(endpoint: string): string;
}

/** Opens the console for the jobs of a store. Its pages are loaded with the first request. */
export function openWebConsole(store: JobStore): OpenedConsole {
  const access = newAccess();
  let answer: Promise<(request: PageRequest) => Promise<ServiceAnswer>> | undefined;
  const load = async () => {
    const { consolePages } = await import('#endpoint/console/console-pages');
    return consolePages(store, access);
  };
  return {
    urlAt: access.urlAt,
    async answer(request) {
      answer ??= load();
      return (await answer)(request);
    },
  };
}
