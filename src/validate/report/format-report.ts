import type { ValidationReport } from '../validation-report.ts';
import type { ReportFormat } from './formats.ts';
import { htmlReport } from './html-report.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';
import { sarifReport } from './sarif.ts';
import { terminalReport } from './terminal.ts';

/** What only a terminal knows. */
export interface TerminalStyle {
  /** Whether colours may be used. */
  readonly isColoured: boolean;
  /** Whether evidence of all checks is shown, not of findings alone. */
  readonly isVerbose: boolean;
  /** In characters. */
  readonly width: number;
}

/** A report as text, with a line break at its end. */
export function formatReport(report: ValidationReport, format: ReportFormat, style: TerminalStyle): string {
  switch (format) {
    case 'terminal':
      return terminalReport(report, style);
    case 'json':
      return jsonReport(report);
    case 'junit':
      return junitReport(report);
    case 'html':
      return htmlReport(report);
    case 'markdown':
      return markdownReport(report);
    case 'sarif':
      return sarifReport(report);
  }
}
