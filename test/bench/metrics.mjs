#!/usr/bin/env node
// Searching a log for 40 metrics whose expressions have the form of those of SageMaker's images, with a leading `.*`: optml,
// the same expressions one after the other on each line, and Python's `re`, in one run. Then what it costs the job's output.
//
//   npm run bench:metrics -- [--lines N]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { logText } from '../../src/jobs/metrics/log-text.ts';
import { batchMatcher } from '../../src/jobs/metrics/match-batch.ts';
import { openMetrics } from '../../src/jobs/metrics/metrics.ts';
import { pythonFloat } from '../../src/jobs/metrics/python-float.ts';
import { translatePattern } from '../../src/jobs/metrics/python-regex.ts';

const { values } = parseArgs({ options: { lines: { type: 'string', default: '4000' } } });
const LINES = Number(values.lines);
const NAMES = ['rmse', 'mae', ...Array.from({ length: 18 }, (_, i) => `absent-${i}`)];
const regexes = ['train', 'validation'].flatMap((set) =>
  NAMES.map((name) => String.raw`.*\[[0-9]+\].*#011${set}-${name}:([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?).*`),
);

// One line in ten has metrics; the others are as long as lines of logs are.
const text = Array.from({ length: LINES }, (_, i) =>
  i % 10 === 0
    ? `[${i}]\ttrain-rmse:${1 / (i + 1)}\tvalidation-rmse:${2 / (i + 1)}\ttrain-mae:0.5\tvalidation-mae:0.6\n`
    : `2026-01-01 00:00:00,${i} INFO worker [${i % 8}] batch ${i}: read 512 records of 128 columns from shard-${i % 100}.csv\n`,
).join('');
const bytes = Buffer.from(text);
const mebibytes = bytes.length / (1 << 20);

const dir = mkdtempSync(join(tmpdir(), 'optml-bench-metrics-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));

function timed(run) {
  const start = performance.now();
  const count = run();
  return { count, ms: performance.now() - start };
}

function ours() {
  const match = batchMatcher({ regexes, progress: new Int32Array(3) });
  const limits = regexes.map(() => Number.MAX_SAFE_INTEGER);
  let count = 0;
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, Math.min(at + (256 << 10), bytes.length - 1)) + 1;
    const chunk = { host: 'algo-1', time: 0, bytes: bytes.subarray(at, end), isShortened: false };
    count += match({ chunks: [chunk], limits }).values.length;
    at = end;
  }
  return count;
}

function oneByOne() {
  const patterns = regexes.map((regex) => translatePattern(regex).regex);
  let count = 0;
  for (const line of logText(text).split('\n')) {
    for (const pattern of patterns) {
      const group = pattern.exec(line)?.[1];
      if (group !== undefined && pythonFloat(group) !== undefined) count++;
    }
  }
  return count;
}

const PYTHON = `
import json, re, sys, time
regexes = [re.compile(r) for r in json.load(open(sys.argv[1]))]
text = open(sys.argv[2], encoding="utf-8", newline="").read()
start = time.perf_counter()
count = 0
for line in text.replace("\\t", "#011").split("\\n"):
    for regex in regexes:
        found = regex.search(line)
        if found:
            float(found.group(1))
            count += 1
print(json.dumps({"count": count, "ms": (time.perf_counter() - start) * 1000}))
`;

function byPython() {
  const files = [join(dir, 'regexes.json'), join(dir, 'lines.txt')];
  writeFileSync(files[0], JSON.stringify(regexes));
  writeFileSync(files[1], text);
  const { status, stdout } = spawnSync('python3', ['-c', PYTHON, ...files], { encoding: 'utf8' });
  return status === 0 ? JSON.parse(stdout) : undefined;
}

/** Lets the thread work beside the pushes, as in a job. */
async function besideOutput() {
  const warnings = [];
  const definitions = regexes.map((Regex, index) => ({ Name: `m${index}`, Regex }));
  let points = 0;
  const metrics = openMetrics(dir, definitions, {
    onPoint: () => {
      points += 1;
    },
    warn: (message) => warnings.push(message),
  });
  let longest = 0;
  let total = 0;
  const start = performance.now();
  for (let at = 0; at < bytes.length; at += 65_536) {
    const before = performance.now();
    metrics.push('algo-1', 'stdout', bytes.subarray(at, at + 65_536));
    const took = performance.now() - before;
    total += took;
    longest = Math.max(longest, took);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await metrics.close({ hasRun: false });
  return { points, total, longest, ms: performance.now() - start, warnings };
}

const show = (what, { ms }) => `${what} ${Math.round(ms)} ms (${(mebibytes / (ms / 1000)).toFixed(1)} MiB/s)`;
timed(ours);
const own = timed(ours);
const plain = timed(oneByOne);
const python = byPython();
console.log(`${LINES} lines, ${mebibytes.toFixed(1)} MiB, ${regexes.length} definitions, ${own.count} values`);
console.log(`${show('optml', own)}, ${show('one by one', plain)}: ${(plain.ms / own.ms).toFixed(1)} times as fast`);
if (python === undefined) console.log('python3 is not available');
else console.log(`${show("Python's re", python)}: optml is ${(python.ms / own.ms).toFixed(1)} times as fast`);
const beside = await besideOutput();
console.log(
  `beside the output: ${beside.points} points after ${Math.round(beside.ms)} ms; pushing took ${beside.total.toFixed(1)} ms, one read of 64 KiB ${beside.longest.toFixed(2)} ms at most`,
);
for (const warning of beside.warnings) console.log(`warning: ${warning}`);
const counts = [own.count, plain.count, ...(python === undefined ? [] : [python.count]), beside.points];
if (new Set(counts).size > 1) throw new Error(`not the same values: ${counts.join(', ')}`);
