import { OptmlError } from '../errors/error.ts';
import { quoteValue } from '../errors/quote-value.ts';
import { isMetricName, metricLine } from '../log/metric-line.ts';
import { printResult } from '../log/print.ts';

/**
 * Reports a value of a metric: prints the line `optml metric NAME=VALUE;` on standard output. `optml run` and
 * `optml endpoint` find it without a definition: the value is in the record of the job, in its charts, and in the answers of
 * CloudWatch. On SageMaker, each metric needs one definition: `{ "Name": "loss", "Regex": "optml metric loss=([^;]+);" }`.
 *
 * A value that is not finite is printed as `nan`, `inf` or `-inf`, since it is often the first sign that training fails:
 * the record keeps it, and charts leave it out.
 *
 * @throws OptmlError USAGE for a name with other characters than letters, digits and `_ . : / @ -`, and for a value that is
 * not a number.
 * @example
 * ```ts
 * import { reportMetric } from 'optml';
 *
 * for (const [epoch, loss] of [0.5, 0.25].entries()) {
 *   reportMetric('loss', loss);
 *   reportMetric('validation:accuracy', 0.9 + epoch / 100);
 * }
 * ```
 */
export function reportMetric(name: string, value: number | bigint): void {
  // Also callers without a compiler.
  if (typeof name !== 'string' || !isMetricName(name)) {
    const fix = 'Use letters, digits and _ . : / @ - only, such as validation:loss.';
    throw new OptmlError('USAGE', `a metric cannot have the name ${quoteValue(String(name))}`, {
      where: 'reportMetric',
      fix,
    });
  }
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    const message = `the value of metric ${quoteValue(name)} is ${quoteValue(String(value))}, which is not a number`;
    throw new OptmlError('USAGE', message, { where: 'reportMetric', fix: 'Convert it to a number first.' });
  }
  printResult(`${metricLine(name, Number(value))}\n`);
}
