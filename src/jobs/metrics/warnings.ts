import { quoteValue } from '../../errors/quote-value.ts';
import type { MetricDefinition } from './definitions.ts';
import type { LineQueue } from './line-queue.ts';
import { octalName } from './log-text.ts';
import type { OddValues } from './messages.ts';
import { controlCharactersIn } from './python-tokens.ts';

const NEWLINE = 10;

/** What the lines of a job have shown of a metric. */
export interface SeenMetric {
  readonly hasValue: boolean;
  readonly odd: OddValues | undefined;
  /** Whether each line was searched to its end. */
  readonly areAllSearched: boolean;
}

/** The warning at the end of a job about lines that were not searched to their end, one for each reason. */
export function describeSkipped({ dropped, shortened }: Pick<LineQueue, 'dropped' | 'shortened'>): readonly string[] {
  const skipped = `${dropped === 1 ? '1 line was' : `${dropped} lines were`} not searched for metrics: matching them took longer than writing them`;
  const long = `only the first 4 MiB of ${shortened === 1 ? '1 longer line' : `${shortened} longer lines`} were searched for metrics`;
  return [...(dropped > 0 ? [skipped] : []), ...(shortened > 0 ? [long] : [])];
}

/** The warning at the end of a job about a metric without a value, or with values that are no numbers (contract C55). */
export function describeValues({ Name, Regex }: MetricDefinition, seen: SeenMetric): string | undefined {
  const { hasValue, odd, areAllSearched } = seen;
  const name = `metric ${quoteValue(Name)}`;
  if (odd !== undefined) {
    const lines = odd.lines === 1 ? '1 line' : `${odd.lines} lines`;
    const text =
      odd.example === undefined
        ? 'the group of its expression matches nothing'
        : `${quoteValue(odd.example)} is not a number`;
    if (hasValue) return `${name} has no value in ${lines} that its expression matches: ${text}`;
    return `${name} has no value: its expression ${quoteValue(Regex)} matches ${lines}, but ${text}`;
  }
  if (hasValue) return undefined;
  const none = areAllSearched ? 'matches no line of the output' : 'matches none of the lines that were searched';
  return `${name} has no value: its expression ${quoteValue(Regex)} ${none}${hintAt(Regex)}`;
}

function hintAt(regex: string): string {
  const hints = controlCharactersIn(regex).map(({ text, code }) => {
    const written = text.length === 1 ? JSON.stringify(text).slice(1, -1) : text;
    if (code === NEWLINE) return `. It contains ${written}, which no line contains`;
    return `. It contains ${written}, which SageMaker shows as ${octalName(code)} in the log: write ${octalName(code)} in the expression`;
  });
  return hints.join('');
}
