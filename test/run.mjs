#!/usr/bin/env node
// Runs the test lanes: those of the gate, or the ones that are named with the lanes that they need. Requires only Node and
// npm. A lane that this machine cannot run is skipped with the reason, and fails in CI.
//
//   node test/run.mjs [--long] [LANE...]
//   node test/run.mjs --write-table      write the seconds of the last runs to CONTRIBUTING.md and test/seconds.json
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cacheVariables, outputFolder } from './runner/cache.mjs';
import { installDependencies } from './runner/install.mjs';
import { LONG_VARIABLES, lanesOf } from './runner/lanes.mjs';
import { laneEnd, summary, totals } from './runner/report.mjs';
import { whyNot, withNeeded } from './runner/requirements.mjs';
import { endChildren } from './runner/run-child.mjs';
import { schedule } from './runner/schedule.mjs';
import { readSeconds, recordSeconds } from './runner/seconds.mjs';
import { writeTable } from './runner/table.mjs';
import { cannotRun, runTask, tasksOf } from './runner/tasks.mjs';

const { values: options, positionals: names } = readArguments();
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const all = lanesOf({ isLong: options.long });
const unknown = names.filter((name) => !all.some((lane) => lane.name === name));
if (unknown.length > 0) {
  process.stderr.write(`unknown lane ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}\n`);
  process.exit(2);
}
const isCi = process.env.CI === 'true' || process.env.CI === '1';
const nodes = { NODE: process.execPath, NODE_24: process.env.OPTML_TEST_NODE24 ?? '' };
const { recorded, secondsOf } = readSeconds({ root, variables: process.env });
const toTasks = (lane) => tasksOf(lane, { root, nodes }).map((task) => ({ ...task, seconds: secondsOf(task.id) }));
if (options['write-table']) writeTable({ root, lanes: all, tasks: all.flatMap(toTasks), recorded });
else process.exitCode = (await runLanes()) ? 0 : 1;

function readArguments() {
  const usage = 'usage: node test/run.mjs [--long | --write-table] [LANE...]\n';
  const flag = { type: 'boolean', default: false };
  try {
    const given = parseArgs({ allowPositionals: true, options: { long: flag, 'write-table': flag, help: flag } });
    if (!given.values.help) return given;
    process.stdout.write(usage);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error.message}\n${usage}`);
    process.exit(2);
  }
}

async function runLanes() {
  const seed = process.env.OPTML_TEST_SEED ?? String(Date.now() % 0x7fffffff);
  const variables = { ...cacheVariables(process.env), OPTML_TEST_SEED: seed, ...(options.long && LONG_VARIABLES) };
  installDependencies(root, variables);
  const outputs = outputFolder(process.env);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => void endChildren().finally(() => process.exit(130)));
  }

  const lanes = await withNeeded(names, { all, root });
  const reasons = new Map(lanes.map((lane) => [lane, whyNot(lane, { nodes })]));
  const start = performance.now();
  const say = (text) => process.stdout.write(`${secondsSince(start).toFixed(0).padStart(5)} s  ${text}\n`);
  say(`OPTML_TEST_SEED=${seed}; the output of every file: ${outputs}`);
  const run = (task) => {
    const reason = reasons.get(task.lane);
    if (reason !== undefined) return Promise.resolve(cannotRun(task, { reason, isFailure: isCi }));
    return runTask(task, { outputs, root, variables });
  };
  const ended = await schedule({
    tasks: lanes.flatMap(toTasks),
    // A little more than there are: no file computes all the time.
    cores: Math.max(2, availableParallelism()) + 0.5,
    run,
    cannotRun: (task, lane) => cannotRun(task, { reason: `${lane} failed`, isFailure: true }),
    onLaneStart: ({ name }) => say(`${name} starts`),
    onLaneEnd: (lane, results) => say(laneEnd(lane, results)),
  });
  const results = [...ended.values()];
  recordSeconds(results, process.env);
  process.stdout.write(`\n${summary({ lanes, results, wholeSeconds: secondsSince(start), seed })}\n`);
  return totals(results).failed === 0;
}

function secondsSince(start) {
  return (performance.now() - start) / 1000;
}
