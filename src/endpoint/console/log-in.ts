import { html } from '../../report/html.ts';
import type { ServiceAnswer } from '../http/service.ts';
import { CONSOLE_PATH, type PageRequest } from '../http/web-console.ts';
import type { Access } from './access.ts';
import { GUARDS, problem, redirect } from './page-answer.ts';

/** Answers the URL with the token: the browser gets a cookie, and goes on to the URL without the token. */
export function logIn({ query, headers }: PageRequest, access: Access): ServiceAnswer {
  if (!access.isToken(query.get('token') ?? '')) {
    return problem(401, 'The token is not valid', [
      'Open the URL that "optml endpoint" has printed last. Each start of the endpoint makes a new token.',
    ]);
  }
  const answer = { 'Set-Cookie': access.cookieFor(headers), 'Referrer-Policy': 'no-referrer' };
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'none' || site === 'same-origin') return redirect(CONSOLE_PATH, answer);
  // Another page has the link, such as a terminal in the browser: a redirect would be its request, which gets no strict cookie.
  const page = html`<!doctype html><html lang="en"><meta charset="utf-8"><title>optml</title><meta http-equiv="refresh" content="0;url=${CONSOLE_PATH}"><p><a href="${CONSOLE_PATH}">Open the console</a></p></html>
`;
  return {
    status: 200,
    headers: { ...GUARDS, ...answer, 'Content-Type': 'text/html; charset=utf-8' },
    body: page.text,
  };
}
