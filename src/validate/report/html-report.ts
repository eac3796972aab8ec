import { clauseOf, clausePlace } from '../../contract/clauses/contract-sections.ts';
import { timeText } from '../../report/format.ts';
import { breakable, html, type Markup, raw } from '../../report/html.ts';
import { STYLE } from '../../report/style.ts';
import { type CheckResult, findingsOf, isFinding, type Obstacle, type ValidationReport } from '../validation-report.ts';
import { evidenceLines } from './evidence-lines.ts';
import { countsText, subjectText, verdictText } from './summary.ts';

const OWN_STYLE = `
.must { color: var(--bad); } .should { color: var(--warn); } .advice { color: var(--busy); } .pass { color: var(--good); }
.fail { color: var(--bad); } .unknown { color: var(--warn); } .skipped, .accepted { color: var(--faint); }
article { border-top: 1px solid var(--grid); padding: .75rem 0; } h2 + article { border-top: 0; padding-top: 0; }
h3 { font-size: 1rem; margin: 0 0 .25rem; } .word { font-weight: 600; white-space: nowrap; }
`;

/** The report as one page without anything from elsewhere, readable without a script. */
export function htmlReport(report: ValidationReport): string {
  const { subject, checks, notes } = report;
  const findings = findingsOf(report);
  const seconds = Date.parse(report.startedAt) / 1000;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><meta name="color-scheme" content="light dark">
<title>optml validate: ${subject.name}</title><style>${raw(STYLE)}${raw(OWN_STYLE)}</style></head><body><main>
<header><h1>${breakable(subject.name)}</h1><p><span class="badge ${report.verdict === 'pass' ? 'pass' : 'fail'}">${verdictText(report)}</span></p>
<p>${countsText(report)}</p><p class="faint">${subjectText(report)} · ${timeText(seconds)} · optml ${report.optml}</p>
${notes.map((note) => html`<p class="faint">Note: ${note}</p>`)}</header>
${report.obstacle === undefined ? undefined : obstacleSection(report.obstacle)}
${findings.length === 0 ? undefined : html`<section><h2>Findings</h2>${findings.map(article)}</section>`}
<section><h2>All checks</h2><div class="scroll"><table class="checks"><thead><tr><th scope="col">Check</th><th scope="col">Clause</th><th scope="col">Severity</th><th scope="col">Status</th><th scope="col">Verdict</th></tr></thead>
<tbody>${checks.map(row)}</tbody></table></div></section>
<section><h2>Clauses of the contract</h2>${[...new Set(checks.map(({ clause }) => clause))].map(clauseText)}</section>
</main></body></html>
`;
  return page.text;
}

function obstacleSection({ evidence, fix }: Obstacle): Markup {
  const lines = evidenceLines(evidence);
  return html`<section><h2>Why nothing is validated</h2>${logOf(lines)}<p>Fix: ${fix}</p></section>`;
}

function logOf(lines: readonly string[]): Markup | undefined {
  return lines.length === 0
    ? undefined
    : html`<div class="log" tabindex="0" role="region" aria-label="Evidence"><pre>${lines.join('\n')}</pre></div>`;
}

function article({ id, clause, severity, title, verdict, evidence, why, fix }: CheckResult): Markup {
  const lines = evidenceLines(evidence);
  return html`<article><h3><span class="${severity}">${severity}</span> ${id} <span class="faint">${clauseLink(clause)} · ${title}</span></h3>
<p>${verdict}</p>${logOf(lines)}
<p class="faint">Why: ${why}</p><p>Fix: ${fix}</p></article>`;
}

function row(result: CheckResult): Markup {
  const { id, clause, severity, status, verdict, accepted, title } = result;
  const lines = isFinding(result) ? [] : evidenceLines(result.evidence);
  const word = accepted === undefined ? status : 'accepted';
  const text = accepted === undefined ? verdict : `${verdict} (${accepted})`;
  const more = html`<details><summary>Evidence</summary>${logOf(lines)}</details>`;
  return html`<tr><th scope="row" title="${title}">${breakable(id)}</th><td>${clauseLink(clause)}</td><td>${severity}</td><td class="word ${word}">${word}</td>
<td>${text}${lines.length === 0 ? undefined : more}</td></tr>`;
}

/** A report of another version may name a clause that this one does not know. */
function clauseLink(clause: string): Markup | string {
  return clauseOf(clause) === undefined ? clause : html`<a href="#${clause.toLowerCase()}">${clause}</a>`;
}

function clauseText(id: string): Markup | undefined {
  const clause = clauseOf(id);
  if (clause === undefined) return undefined;
  return html`<article id="${id.toLowerCase()}"><h3>${id} ${clause.title}</h3>${clause.rule.map((text) => html`<p>${text}</p>`)}
<p class="faint">${clause.optml} ${clausePlace(id)}</p></article>`;
}
