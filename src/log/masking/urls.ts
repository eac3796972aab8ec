import { isSecretName } from './names.ts';
import type { Span } from './shapes.ts';

/** Where the URLs of a text have secrets: as user or password, and as values in the query. */
export function urlSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  let at = text.indexOf('://');
  while (at >= 0) {
    const next = text.indexOf('://', at + 3);
    const start = at + 3;
    const end = endOfUrl(text, at, next < 0 ? text.length : next);
    spans.push(...userSpans(text.slice(start, end)).map(([from, to]): Span => [start + from, start + to]));
    at = next;
  }
  return [...spans, ...querySpans(text)];
}

// A password may contain one kind of quotes, unless they are those around the URL.
function endOfUrl(text: string, at: number, limit: number): number {
  let first = at;
  while (first > 0 && at - first < 32 && /[\w+.-]/.test(text[first - 1] ?? '')) first--;
  const before = text[first - 1] ?? '';
  const quote = /["'`]/.test(before) ? before : '';
  for (let end = at + 3; end < limit; end++) {
    const character = text[end] ?? '';
    if (character === quote || /[\s<>]/.test(character)) return end;
  }
  return limit;
}

// The host behind the last @: with a dot, a port, or at the end of the URL.
const HOST = /^(?:[\w-]+(?:\.[\w-]+)+\.?|localhost|\[[\da-f:.]+\])?(?::\d+)?$|^[\w.-]+:\d+$/i;

/** Secrets in what is behind `://` in a URL. */
function userSpans(rest: string): readonly Span[] {
  const last = rest.lastIndexOf('@');
  if (last <= 0) return [];
  const authority = rest.slice(0, /[/?#]|$/.exec(rest)?.index);
  const own = authority.lastIndexOf('@');
  const colon = rest.indexOf(':');
  if (own < 0) {
    // An @ in a path, unless the password has the slash.
    const isPort =
      /^\d*(?:\D|$)/.test(rest.slice(colon + 1, authority.length)) &&
      /^\d*$/.test(authority.slice(colon + 1).replace(/["'`].*/s, ''));
    return colon < 0 || colon > authority.length || isPort ? [] : [[colon + 1, last]];
  }
  const at = own < last && !HOST.test(authority.slice(own + 1)) && colon >= 0 && colon < own ? last : own;
  const hasPassword = colon >= 0 && colon < at;
  if (!hasPassword) return looksLikeToken(rest.slice(0, at)) ? [[0, at]] : [];
  const isTokenUser = /^(?:x-oauth-basic)?$/.test(rest.slice(colon + 1, at));
  return isTokenUser ? [[0, colon]] : [[colon + 1, at]];
}

// Users of services are words in lower case.
function looksLikeToken(user: string): boolean {
  return user.length >= 24 || (user.length >= 6 && /[\dA-Z]/.test(user));
}

const PARAMETER = /[?&]([\w.~%-]{1,100})=([^&#;\s"'`<>\\]*)/dg;
const SECRET_PARAMETER = /^(?:amp;)?(?:[\w-]*[-_])?(?:sig|signature|security-token|credential)$/i;

function querySpans(text: string): readonly Span[] {
  if (!/[?&]/.test(text)) return [];
  return [...text.replaceAll('&amp;', '&&&&&').matchAll(PARAMETER)].flatMap(({ 1: name = '', indices = [] }) => {
    const value = indices[2];
    return value !== undefined && (SECRET_PARAMETER.test(name) || isSecretName(name)) ? [value] : [];
  });
}
