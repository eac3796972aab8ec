#!/usr/bin/env node
// Does examples/mnist-tfjs keep its promise with every seed? Trains it once with each, through its run.sh.
//
//   node test/bench/mnist-seeds.mjs [SEED...]       default: 1 2 3 4 5
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const GOAL = { accuracy: 0.95, seconds: 120 };
const RUN = fileURLToPath(new URL('../../examples/mnist-tfjs/run.sh', import.meta.url));
const seeds = process.argv.length > 2 ? process.argv.slice(2) : ['1', '2', '3', '4', '5'];

const runs = seeds.map(runOnce);
const kept = runs.filter((isKept) => isKept).length;
console.log(
  `${kept === runs.length ? 'KEPT' : 'BROKEN'}: ${kept} of ${runs.length} seeds reach ${GOAL.accuracy} in ${GOAL.seconds} s`,
);
process.exitCode = kept === runs.length ? 0 : 1;

function runOnce(seed) {
  const dir = mkdtempSync(join(tmpdir(), 'mnist-seeds-'));
  try {
    const start = performance.now();
    const { status, stderr } = spawnSync('sh', [RUN, '--seed', seed], {
      env: { ...process.env, JOB_DIR: dir },
      encoding: 'utf8',
    });
    const wholeSeconds = (performance.now() - start) / 1000;
    if (status !== 0) throw new Error(`seed ${seed}: run.sh ended with exit code ${status}:\n${stderr}`);
    const metrics = JSON.parse(readFileSync(join(dir, 'output', 'data', 'metrics.json'), 'utf8'));
    console.log(
      `seed=${seed}; test_accuracy=${metrics.test_accuracy}; training_seconds=${metrics.seconds}; whole_seconds=${wholeSeconds.toFixed(1)};`,
    );
    return metrics.test_accuracy >= GOAL.accuracy && wholeSeconds < GOAL.seconds;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
