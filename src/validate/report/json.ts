import type { ValidationReport } from '../validation-report.ts';

/** The report as it is. */
export function jsonReport(report: ValidationReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
