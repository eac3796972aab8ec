import { createHash } from 'node:crypto';
import { html, type Markup, raw } from '../../report/html.ts';
import { STYLE } from '../../report/style.ts';
import type { ServiceAnswer } from '../http/service.ts';
import { CONSOLE_PATH } from '../http/web-console.ts';
import { SCRIPT } from './script.ts';
import { CONSOLE_STYLE } from './style.ts';

const ALL_STYLE = STYLE + CONSOLE_STYLE;
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%232563c9'/%3E%3Cpath d='M3 11l3-4 3 2 4-5' fill='none' stroke='white' stroke-width='1.8' stroke-linecap='round' stroke-linejoin='round'/%3E%3C/svg%3E";

/** Nothing runs, loads or sends but what is ours, whatever a job has got into a page. */
const POLICY = [
  "default-src 'none'",
  `script-src '${hashOf(SCRIPT)}'`,
  `style-src '${hashOf(ALL_STYLE)}'`,
  // Positions in charts.
  "style-src-attr 'unsafe-inline'",
  "connect-src 'self'",
  'img-src data:',
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** Headers of every answer. */
export const GUARDS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  // Not "no-referrer", with which forms of the console had no Origin.
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': POLICY,
};

export interface PageParts {
  readonly title: string;
  readonly content: Markup;
  /** Whether the script asks for the page again and again, since it will change. */
  readonly isLive?: boolean;
  readonly status?: number;
}

/** A page of the console. */
export function page({ title, content, isLive = false, status = 200 }: PageParts): ServiceAnswer {
  const whole = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · optml</title>
<link rel="icon" href="${raw(ICON)}">
<style>${raw(ALL_STYLE)}</style>
</head>
<body class="in-console">
<a class="skip" href="#content">Skip to content</a>
<nav class="top" aria-label="optml"><a class="home" href="${CONSOLE_PATH}">optml</a><span class="live" id="live" role="status"></span></nav>
<main id="content"${isLive ? raw(' data-live') : undefined}>
${content}
</main>
<script>${raw(SCRIPT)}</script>
</body>
</html>
`;
  return { status, headers: { ...GUARDS, 'Content-Type': 'text/html; charset=utf-8' }, body: whole.text };
}

/** A page that says what is wrong, and what to do. */
export function problem(status: number, title: string, lines: readonly string[]): ServiceAnswer {
  const content = html`<header><h1>${title}</h1>${lines.map((line) => html`<p>${line}</p>`)}</header>`;
  return page({ title, content, status });
}

export function redirect(to: string, headers: Readonly<Record<string, string>> = {}): ServiceAnswer {
  return { status: 303, headers: { ...GUARDS, Location: to, ...headers } };
}

/** The path of a page of a job. */
export function jobPath(name: string, ...below: readonly string[]): string {
  return [`${CONSOLE_PATH}jobs`, name, ...below]
    .map((part, index) => (index === 0 ? part : encodeURIComponent(part)))
    .join('/');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
