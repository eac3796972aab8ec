import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Path below a folder → SHA-256 of the file. */
export type Sums = Readonly<Record<string, string>>;

/** What a program says that it has printed and saved, on all hosts and in all attempts of a job. */
export interface Truth {
  /** Host → metric → values in the order of their printing. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  /** The last content of the model folder, of all hosts. */
  readonly model: Sums;
  /** The same of the folder for other output. */
  readonly output: Sums;
  /** Host → the starts of a program with checkpoints, in order. */
  readonly starts: Readonly<Record<string, readonly Start[]>>;
}

/** The folder of checkpoints at the start of a program, and after its last change. */
export interface Start {
  readonly found: Sums;
  readonly left: Sums;
}

type Entry =
  | { readonly metric: string; readonly value: string }
  | { readonly folder: 'model' | 'output' | 'found' | 'checkpoints'; readonly files: Sums };

/** Reads what the programs of a job have recorded with `truth.py` and the like. */
export function readTruth(dir: string): Truth {
  const metrics: Record<string, Record<string, number[]>> = {};
  let model: Sums = {};
  let output: Sums = {};
  const starts: Record<string, Start[]> = {};
  for (const file of readdirSync(dir).sort()) {
    const host = file.replace(/\.jsonl$/, '');
    for (const line of readFileSync(join(dir, file), 'utf8').trimEnd().split('\n')) {
      const entry = JSON.parse(line) as Entry;
      if ('metric' in entry) {
        metrics[host] ??= {};
        metrics[host][entry.metric] ??= [];
        metrics[host][entry.metric]?.push(pythonNumber(entry.value));
      } else if (entry.folder === 'model') model = { ...model, ...entry.files };
      else if (entry.folder === 'output') output = { ...output, ...entry.files };
      else {
        starts[host] ??= [];
        const found = entry.folder === 'found' ? entry.files : starts[host].pop()?.found;
        if (found === undefined) throw new Error(`${host} saved a checkpoint before it recorded those that it found`);
        starts[host].push({ found, left: entry.files });
      }
    }
  }
  return { metrics, model, output, starts };
}

/** The points of `metrics.jsonl` in a job's folder, in the form of {@link Truth}. */
export function readPoints(jobDir: string): Truth['metrics'] {
  const points: Record<string, Record<string, number[]>> = {};
  const file = join(jobDir, 'metrics.jsonl');
  const text = existsSync(file) ? readFileSync(file, 'utf8').trimEnd() : '';
  for (const line of text === '' ? [] : text.split('\n')) {
    const { host, name, value } = JSON.parse(line) as { host: string; name: string; value: number | string };
    points[host] ??= {};
    points[host][name] ??= [];
    points[host][name]?.push(pythonNumber(String(value)));
  }
  return points;
}

function pythonNumber(text: string): number {
  if (/^nan$/i.test(text)) return Number.NaN;
  const infinity = /^(-?)inf(?:inity)?$/i.exec(text);
  return infinity === null ? Number(text) : infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
