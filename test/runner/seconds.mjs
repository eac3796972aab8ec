// Seconds of each task, from earlier runs: the longest start first.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from './cache.mjs';

// Of a task that has never run.
const UNKNOWN = 5;

/** Of this machine's last runs; where there are none, those of the committed table. */
export function readSeconds({ root, variables }) {
  const committed = readTable(join(root, 'test', 'seconds.json'));
  const recorded = { ...committed, ...readTable(recordFile(variables)) };
  return { recorded, secondsOf: (id) => recorded[id] ?? UNKNOWN };
}

/** Records the seconds of tasks that passed: the mean of this run and of those before, as the machine may be busy. */
export function recordSeconds(results, variables) {
  const file = recordFile(variables);
  const earlier = readTable(file);
  const passed = results.filter(({ isOk, seconds }) => isOk && seconds > 0);
  const later = passed.map(({ task: { id }, seconds }) => {
    const mean = earlier[id] === undefined ? seconds : (earlier[id] + seconds) / 2;
    return [id, Number(mean.toFixed(1))];
  });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...earlier, ...Object.fromEntries(later) }, undefined, 2)}\n`);
}

function recordFile(variables) {
  return join(cacheFolder(variables), 'seconds.json');
}

function readTable(file) {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Two runs may have written it at the same time.
    return {};
  }
}
