import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { openWebConsole } from '../../src/endpoint/console/open-web-console.ts';
import { thisOwner } from '../../src/jobs/job-owner.ts';
import { type JobStore, openStore } from '../../src/jobs/job-store.ts';
import type { JobRecord } from '../../src/jobs/record.ts';
import { testEndpoint } from './endpoint.ts';
import { temporaryFolder } from './job.ts';

export interface ConsoleAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface SendOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The console of an endpoint without services, and a browser's part of its protocol. */
export interface TestConsole {
  readonly store: JobStore;
  readonly url: string;
  /** With the token. */
  readonly consoleUrl: string;
  /** The lines of the access log. */
  readonly lines: readonly string[];
  /** Sends a request without a cookie. The path is sent as it is. */
  send(path: string, options?: SendOptions): Promise<ConsoleAnswer>;
  /** Sends a request with the cookie of the console. */
  get(path: string, options?: SendOptions): Promise<ConsoleAnswer>;
  close(): Promise<void>;
}

export async function startConsole(t: TestContext): Promise<TestConsole> {
  const store = openStore({ OPTML_HOME: temporaryFolder(t) });
  const webConsole = openWebConsole(store);
  const lines: string[] = [];
  const log = { warn: (line: string) => lines.push(line), access: (line: string) => lines.push(line) };
  const endpoint = await testEndpoint(t, { webConsole, log });
  const consoleUrl = webConsole.urlAt(endpoint.url);
  const send: TestConsole['send'] = (path, options) => sendTo(endpoint.port, path, options);
  const opened = await send(consoleUrl.slice(endpoint.url.length));
  const [cookie = ''] = (opened.headers['set-cookie'] ?? '').split(';');
  return {
    store,
    url: endpoint.url,
    consoleUrl,
    lines,
    send,
    get: (path, { headers, ...options } = {}) => send(path, { ...options, headers: { cookie, ...headers } }),
    close: () => endpoint.close(),
  };
}

function sendTo(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: SendOptions = {},
): Promise<ConsoleAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, async (answer) => {
      const named = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
      resolve({
        status: answer.statusCode ?? 0,
        headers: Object.fromEntries(named),
        body: withoutStyle(await text(answer)),
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Puts a job into a store, with the logs of its hosts. Returns its folder. */
export function addJob(store: JobStore, record: JobRecord, logs: Readonly<Record<string, string>> = {}): string {
  const name = record.TrainingJobName;
  // Else it is found as killed.
  const { dir } = store.claim(name, () => ({ ...record, runner: thisOwner() }), { isExact: true });
  mkdirSync(join(dir, 'logs'), { recursive: true });
  for (const [host, content] of Object.entries(logs)) writeFileSync(join(dir, 'logs', `${host}.log`), content);
  return dir;
}

// Long, and in the message of each failed assertion.
function withoutStyle(page: string): string {
  return page.replace(/<style>[^<]*<\/style>|<script>'use strict'[\s\S]*?<\/script>/g, (found) =>
    found.slice(0, found.indexOf('>') + 1),
  );
}
