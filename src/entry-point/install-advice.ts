import { homedir } from 'node:os';
import { join } from 'node:path';
import { readTextIfAny } from '../job-tree/input/read-text.ts';

/** Where a failed installation ran. */
export interface FailedInstall {
  /** The end of its standard error. */
  readonly output: string;
  readonly dir: string;
  readonly variables: Readonly<NodeJS.ProcessEnv>;
}

/** What the output of a failed installation shows: the end of a sentence, and the fix if it is known. */
export function adviceOn(install: FailedInstall): string {
  const cause = causeIn(install.output);
  if (cause !== undefined) return registryAdvice(cause, install);
  // A project that lists it, for its types, finds it in the image; the registry is asked as soon as anything else is missing.
  if (/\b404\b.*\boptml@/.test(install.output)) {
    return ': optml itself comes with the image. Take it out of the dependencies in package.json.';
  }
  return '.';
}

const SHIP = 'nstall the dependencies in the image, or ship them with the source (node_modules, wheels).';

const CAUSES: ReadonlyArray<readonly [RegExp, string]> = [
  [/\bECONNREFUSED\b|Connection refused/, 'refuses connections'],
  [/\b(?:ENOTFOUND|EAI_AGAIN)\b|Name or service not known|name resolution/i, 'has a name that cannot be resolved'],
  [/\bE?40[13]\b (?:Unauthorized|Forbidden)|\bcode E40[13]\b|\bERR_PNPM_FETCH_40[13]\b/, 'refuses access'],
  [
    /\b(?:ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT)\b|Network is unreachable|timed out/i,
    'does not answer',
  ],
];

// Package managers that only say that they got nothing.
const NO_NETWORK =
  /\b(?:ENOTCACHED|ERR_PNPM_META_FETCH_FAIL|ERR_PNPM_NO_OFFLINE_\w+)\b|NewConnectionError|network connection/i;

interface Cause {
  readonly what: string | undefined;
  /** As the output has it, such as `ECONNREFUSED`. */
  readonly code: string;
}

function causeIn(output: string): Cause | undefined {
  for (const [pattern, what] of CAUSES) {
    const code = pattern.exec(output)?.[0];
    if (code !== undefined) return { what, code };
  }
  const code = NO_NETWORK.exec(output)?.[0];
  return code === undefined ? undefined : { what: undefined, code };
}

function registryAdvice({ what, code }: Cause, install: FailedInstall): string {
  const url = requestedUrl(install.output);
  const setting = url === undefined ? onlyPipIndex(install) : settingOf(url, install);
  if (what !== undefined && setting !== undefined) {
    return `: the registry ${setting.registry} ${what} (${code}); it is set in ${setting.source}. Correct it there, or i${SHIP}`;
  }
  if (what === undefined || url === undefined) return `: no network. I${SHIP}`;
  const registry = new URL('/', url).href;
  return what === 'refuses access'
    ? `: the registry ${registry} refuses access (${code}). Give it credentials in .npmrc or pip.conf, or i${SHIP}`
    : `: no network: the registry ${registry} ${what} (${code}). I${SHIP}`;
}

// npm, pnpm and yarn print the URL of the request, pip the host and the port.
function requestedUrl(output: string): URL | undefined {
  const text =
    /(?:request to|\bGET|Request URL:|fetch) +(https?:\/\/[^\s'",]+)/i.exec(output)?.[1] ??
    /\bhttps?:\/\/[^\s'",)]+/.exec(output)?.[0];
  const [, host, port] = /\bhost='([^']+)', port=(\d+)/.exec(output) ?? [];
  const found = host === undefined ? text : `http${port === '443' ? 's' : ''}://${host}:${port}/`;
  return found === undefined ? undefined : withoutUser(found);
}

interface Setting {
  readonly registry: string;
  readonly source: string;
}

// The most specific one: files of scopes name more than one registry.
function settingOf(url: URL, install: FailedInstall): Setting | undefined {
  const settings = [...settingsIn(install)].filter(({ url: { host } }) => host === url.host);
  const isPrefix = (setting: { readonly url: URL }) => url.href.startsWith(setting.url.href.replace(/\/$/, ''));
  const found = settings.find(isPrefix) ?? settings[0];
  return found === undefined ? undefined : { registry: found.url.href, source: found.source };
}

const PROJECT_FILES = [
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  'requirements.txt',
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
];
const HOME_FILES = ['.npmrc', '.yarnrc', '.yarnrc.yml'];

const PIP_INDEX = /(?:^|\s)(?:-i|(?:--)?(?:extra-)?index-url)[ =]+(https?:\/\/\S+)/gm;

/** The index of pip, whose output names no host for a refused connection. Undefined if several are set, or none. */
function onlyPipIndex({ output, dir, variables }: FailedInstall): Setting | undefined {
  if (!output.includes('pip._vendor')) return undefined;
  const lines = (text: string, source: string) =>
    [...text.matchAll(PIP_INDEX)].flatMap(([, index = '']) => [...urlsIn(index, source)]);
  const given = ['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL'].flatMap((name) => [
    ...urlsIn(variables[name] ?? '', `the variable ${name}`),
  ]);
  const files = [join(dir, 'requirements.txt'), ...pipFiles(variables)];
  const settings = [...given, ...files.flatMap((file) => lines(readTextIfAny(file) ?? '', file))];
  const [only, ...others] = settings;
  return only === undefined || others.length > 0 ? undefined : { registry: only.url.href, source: only.source };
}

function pipFiles(variables: Readonly<NodeJS.ProcessEnv>): readonly string[] {
  const home = variables['HOME'] || homedir();
  const named = variables['PIP_CONFIG_FILE'];
  const inHome = ['.config/pip/pip.conf', '.pip/pip.conf'].map((file) => join(home, file));
  return [...(named === undefined ? [] : [named]), ...inHome, '/etc/pip.conf'];
}

function* settingsIn({ dir, variables }: FailedInstall): Generator<{ readonly url: URL; readonly source: string }> {
  for (const [name, value] of Object.entries(variables)) {
    if (/registry|index_url|find_links/i.test(name)) yield* urlsIn(value ?? '', `the variable ${name}`);
  }
  const home = variables['HOME'] || homedir();
  const named = variables['npm_config_userconfig'];
  const files = [
    ...PROJECT_FILES.map((file) => join(dir, file)),
    ...(named === undefined ? [] : [named]),
    ...HOME_FILES.map((file) => join(home, file)),
    ...pipFiles(variables),
  ];
  for (const file of files) yield* urlsIn(readTextIfAny(file) ?? '', file);
}

function* urlsIn(text: string, source: string): Generator<{ readonly url: URL; readonly source: string }> {
  for (const [found] of text.matchAll(/\bhttps?:\/\/[^\s'",]+/g)) {
    const url = withoutUser(found);
    if (url !== undefined) yield { url, source };
  }
}

// It may contain a password.
function withoutUser(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url;
}
