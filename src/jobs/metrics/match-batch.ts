import { cutText } from '../../errors/quote-value.ts';
import { LinePattern, type Match } from './line-pattern.ts';
import { logText } from './log-text.ts';
import { type Batch, type Findings, type FoundValue, type OddValues, PROGRESS, type WorkerStart } from './messages.ts';
import { pythonFloat } from './python-float.ts';

/** Returns a function that matches batches, one after the other. It does not depend on how lines are put into batches. */
export function batchMatcher({ regexes, progress }: WorkerStart): (batch: Batch) => Findings {
  const patterns = regexes.map((regex, metric) => ({ metric, pattern: new LinePattern(regex) }));
  // A byte order mark is a character of its line, wherever in a batch the line is.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let steps = 0;
  return ({ chunks, limits }) => {
    const values: FoundValue[] = [];
    const odd = new Map<number, OddValues>();
    let line = 0;
    for (const { host, time, bytes, isShortened } of chunks) {
      const text = logText(decoder.decode(bytes));
      const possible = patterns.filter(({ pattern }) => pattern.mayMatch(text));
      const lines = text.split('\n');
      if (lines.at(-1) === '') lines.pop();
      for (const whole of lines) {
        for (const { metric, pattern } of possible) {
          if (line >= (limits[metric] ?? 0) || !pattern.mayMatch(whole)) continue;
          Atomics.store(progress, PROGRESS.line, line);
          Atomics.store(progress, PROGRESS.pattern, metric);
          Atomics.store(progress, PROGRESS.steps, ++steps);
          const found = search(pattern, whole, isShortened);
          if (found === undefined) continue;
          const value = found.group === undefined ? undefined : pythonFloat(found.group);
          if (value === undefined) odd.set(metric, oddWith(odd.get(metric), metric, found));
          else values.push({ metric, host, time, value });
        }
        line++;
      }
    }
    return { values, odd: [...odd.values()] };
  };
}

function oddWith(before: OddValues | undefined, metric: number, { group }: Match): OddValues {
  if (before !== undefined) return { ...before, lines: before.lines + 1 };
  return { metric, lines: 1, example: group === undefined ? undefined : cutText(group) };
}

function search(pattern: LinePattern, line: string, isShortened: boolean): Match | undefined {
  try {
    return isShortened ? pattern.searchStart(line) : pattern.search(line);
  } catch {
    // The engine's stack was not enough for this line.
    return undefined;
  }
}
