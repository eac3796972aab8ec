import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { CONSOLE_PATH } from '../http/web-console.ts';
import { isSame } from '../signature/is-same.ts';

/** Who may see the console: browsers that have opened the URL with its token. */
export interface Access {
  /** The URL that opens the console at an endpoint. */
  urlAt(endpoint: string): string;
  isToken(given: string): boolean;
  /** The header `Set-Cookie` for a browser that has shown the token. */
  cookieFor(headers: IncomingHttpHeaders): string;
  hasCookie(headers: IncomingHttpHeaders): boolean;
  /** A text for the form of an action, such as `stop my-job`, which no other page can know. */
  formKey(action: string): string;
  isFormKey(given: string, action: string): boolean;
}

/** Makes the access for one run of an endpoint: the token is new each time. */
export function newAccess(token: string = randomBytes(32).toString('base64url')): Access {
  const derived = (purpose: string) => createHmac('sha256', token).update(purpose).digest('base64url');
  const session = derived('session');
  const formKey = (action: string) => derived(`form ${action}`);
  return {
    urlAt: (endpoint) => `${endpoint}${CONSOLE_PATH}?token=${token}`,
    // Of equal length, whatever was given.
    isToken: (given) => isSame(derived(`token ${given}`), derived(`token ${token}`)),
    cookieFor: (headers) => `${cookieName(headers)}=${session}; Path=${CONSOLE_PATH}; HttpOnly; SameSite=Strict`,
    hasCookie: (headers) => cookiesOf(headers, cookieName(headers)).some((given) => isSame(given, session)),
    formKey,
    isFormKey: (given, action) => isSame(given, formKey(action)),
  };
}

// Browsers send cookies to every port of a host: each endpoint needs a name of its own.
function cookieName({ host = '' }: IncomingHttpHeaders): string {
  return `optml-console-${/:(\d+)$/.exec(host)?.[1] ?? '80'}`;
}

function cookiesOf({ cookie = '' }: IncomingHttpHeaders, name: string): readonly string[] {
  const prefix = `${name}=`;
  return cookie
    .split(/; */)
    .filter((one) => one.startsWith(prefix))
    .map((one) => one.slice(prefix.length));
}

/** Whether another page than one of the console has sent the request. Browsers that send neither header exist no longer. */
export function isOfAnotherPage({ host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  return origin !== undefined && origin !== `http://${host}`;
}
