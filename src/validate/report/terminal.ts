import { styleText } from 'node:util';
import { clausePlace } from '../../contract/clauses/contract-sections.ts';
import { type CheckResult, findingsOf, isFinding, type Obstacle, type ValidationReport } from '../validation-report.ts';
import { evidenceLines } from './evidence-lines.ts';
import type { TerminalStyle } from './format-report.ts';
import { byVerdict, countsText, subjectText, verdictText } from './summary.ts';

type Colour = 'red' | 'green' | 'yellow' | 'dim' | 'bold';
const MARKS = { pass: '✓', fail: '✗', unknown: '?', skipped: '-' } as const;
/** Lines of each part of a finding's evidence: all of it is shown on demand. */
const SHORT_EVIDENCE = 4;

/** A report for a terminal: the findings with their evidence, unknown results, and how many passed. */
export function terminalReport(report: ValidationReport, style: TerminalStyle): string {
  const view = new View(style);
  const { subject, checks, notes } = report;
  view.line(`${view.paint('bold', subject.name)}  ${view.paint('dim', `(${subjectText(report)})`)}`, '');
  if (report.obstacle !== undefined) view.obstacle(report, report.obstacle);
  for (const finding of findingsOf(report)) view.finding(finding);
  for (const result of checks.filter(({ accepted }) => accepted !== undefined)) view.accepted(result);
  for (const result of checks.filter((check) => check.status === 'unknown' && !isFinding(check))) view.short(result);
  if (style.isVerbose) for (const result of checks.filter(({ status }) => status === 'pass')) view.short(result);
  view.skipped(checks.filter((check) => check.status === 'skipped' && !isFinding(check)));
  for (const note of notes) view.wrapped(`Note: ${note}`, '  ');
  const colour = report.verdict === 'pass' ? 'green' : 'red';
  const head = report.verdict === 'not validated' ? 'NOT VALIDATED: ' : '';
  view.line('', view.paint(colour, `${head}${countsText(report)}`));
  if (report.counts.fail > 0)
    view.line(view.paint('dim', 'More about a check or a clause: optml validate --explain ID'));
  return view.text;
}

class View {
  text = '';
  readonly #style: TerminalStyle;

  constructor(style: TerminalStyle) {
    this.#style = style;
  }

  paint(colour: Colour, text: string): string {
    return this.#style.isColoured ? styleText(colour, text, { validateStream: false }) : text;
  }

  line(...lines: readonly string[]): void {
    for (const line of lines) this.text += `${line}\n`;
  }

  wrapped(text: string, indent: string): void {
    this.line(...wrap(text, this.#style.width - indent.length).map((line) => `${indent}${line}`));
  }

  /** Why nothing is validated, with all that it rests on. */
  obstacle(report: ValidationReport, { evidence, fix }: Obstacle): void {
    const [first = '', ...rest] = wrap(verdictText(report), this.#style.width);
    this.line(this.paint('red', first), ...rest.map((line) => this.paint('red', `    ${line}`)));
    this.#evidence({ evidence }, Number.POSITIVE_INFINITY);
    this.wrapped(`Fix: ${fix}`, '    ');
    this.line('');
  }

  finding(result: CheckResult): void {
    const { id, clause, severity } = result;
    const colour = severity === 'must' ? 'red' : 'yellow';
    const place = `${clause}: ${clausePlace(clause)}`;
    // Narrow terminals have the number only.
    const isWide = `${MARKS.fail} ${severity}  ${id}  ${place}`.length <= this.#style.width;
    const head = [
      this.paint(colour, `${MARKS.fail} ${severity}`),
      this.paint('bold', id),
      this.paint('dim', isWide ? place : clause),
    ];
    this.line(head.join('  '));
    this.wrapped(result.verdict, '    ');
    this.#evidence(result, this.#style.isVerbose ? Number.POSITIVE_INFINITY : SHORT_EVIDENCE);
    this.wrapped(`Why: ${result.why}`, '    ');
    this.wrapped(`Fix: ${result.fix}`, '    ');
    this.line('');
  }

  accepted(result: CheckResult): void {
    this.line(`~ accepted  ${result.id}  ${this.paint('dim', result.accepted ?? '')}`);
  }

  /** One line; with evidence where it was asked for. */
  short(result: CheckResult): void {
    const mark = this.paint(result.status === 'pass' ? 'green' : 'yellow', MARKS[result.status]);
    const [first = '', ...rest] = wrap(`${result.id}  ${result.verdict}`, this.#style.width - 2);
    this.line(`${mark} ${first}`, ...rest.map((line) => `    ${line}`));
    if (this.#style.isVerbose) this.#evidence(result, Number.POSITIVE_INFINITY);
  }

  /** Together where they have the same reason. */
  skipped(results: readonly CheckResult[]): void {
    for (const [verdict, group] of byVerdict(results)) {
      const ids = group.map(({ id }) => id).join(', ');
      const names = this.#style.isVerbose || group.length < 3 ? ids : `${group.length} checks`;
      const [first = '', ...rest] = wrap(`${names}: ${verdict}`, this.#style.width - 2);
      this.line(
        this.paint('dim', `${MARKS.skipped} ${first}`),
        ...rest.map((line) => this.paint('dim', `    ${line}`)),
      );
    }
  }

  #evidence({ evidence }: Pick<CheckResult, 'evidence'>, most: number): void {
    const lines = evidenceLines(evidence, most);
    const more = evidenceLines(evidence).length - lines.length;
    // A command can be pasted, however long it is.
    const shown = (line: string) => (line.startsWith('$ ') ? line : cut(line, this.#style.width - 6));
    for (const line of lines) this.line(this.paint('dim', `      ${shown(line)}`));
    if (more > 0) this.line(this.paint('dim', `      … ${more} more (--verbose)`));
  }
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
