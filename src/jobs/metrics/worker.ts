// Matches lines with metrics' regular expressions in a thread of its own, since one that backtracks for ever can only be
// ended together with its thread.
import { parentPort, workerData } from 'node:worker_threads';
import { type Batch, type FoundValue, PROGRESS, type WorkerStart } from './messages.ts';
import { pythonFloat } from './python-float.ts';
import { translatePattern } from './python-regex.ts';

const { regexes, progress } = workerData as WorkerStart;
const patterns = regexes.map((regex) => translatePattern(regex).regex);
const decoder = new TextDecoder();
let steps = 0;

parentPort?.on('message', (batch: Batch) => parentPort?.postMessage(match(batch)));

function match({ chunks, limits }: Batch): FoundValue[] {
  const found: FoundValue[] = [];
  let line = 0;
  for (const { host, time, bytes } of chunks) {
    const lines = decoder.decode(bytes).split('\n');
    if (lines.at(-1) === '') lines.pop();
    for (const text of lines) {
      matchLine(text.endsWith('\r') ? text.slice(0, -1) : text, line, limits, (metric, value) =>
        found.push({ metric, host, time, value }),
      );
      line++;
    }
  }
  return found;
}

function matchLine(
  text: string,
  line: number,
  limits: readonly number[],
  onValue: (metric: number, value: number) => void,
): void {
  for (const [metric, pattern] of patterns.entries()) {
    if (line >= (limits[metric] ?? 0)) continue;
    Atomics.store(progress, PROGRESS.line, line);
    Atomics.store(progress, PROGRESS.pattern, metric);
    Atomics.store(progress, PROGRESS.steps, ++steps);
    const group = search(pattern, text);
    const value = group === undefined ? undefined : pythonFloat(group);
    if (value !== undefined) onValue(metric, value);
  }
}

function search(pattern: RegExp, text: string): string | undefined {
  try {
    return pattern.exec(text)?.[1];
  } catch {
    // The engine's stack was not enough for this line.
    return undefined;
  }
}
