/** What lines of metrics begin with: no other output looks like it by chance. */
export const METRIC_MARK = 'optml metric ';

/** Characters of a name that mean themselves in a regular expression, or match themselves. */
const NAME = '[A-Za-z0-9_.:/@-]{1,255}';

const LINE = new RegExp(`${METRIC_MARK}(${NAME})=(-?(?:\\d[\\d.e+-]{0,39}|inf)|nan);`, 'g');
const WHOLE_NAME = new RegExp(`^${NAME}$`);

/** Whether a metric may have this name: SageMaker allows 255 characters, and a regular expression finds it as it is. */
export function isMetricName(name: string): boolean {
  return WHOLE_NAME.test(name);
}

/** The line that reports a value of a metric, without its break. Numbers are as Python prints them: `inf`, `nan`. */
export function metricLine(name: string, value: number): string {
  return `${METRIC_MARK}${name}=${numberText(value)};`;
}

/** The values that a text of whole lines reports, in their order. */
export function reportedValues(text: string): readonly { readonly name: string; readonly value: number }[] {
  return [...text.matchAll(LINE)].flatMap(([, name = '', number = '']) => {
    const value = numberIn(number);
    return value === undefined ? [] : [{ name, value }];
  });
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  return Number.isNaN(value) ? 'nan' : String(value);
}

function numberIn(text: string): number | undefined {
  if (text === 'nan') return Number.NaN;
  if (text.endsWith('inf')) return text === 'inf' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const value = Number(text);
  return Number.isNaN(value) ? undefined : value;
}
