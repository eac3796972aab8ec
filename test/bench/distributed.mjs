#!/usr/bin/env node
// How long distributed jobs take beside their program: until its first line, from its end to that of `train`, and from a
// failure or a loss to the end of every host. Two hosts with two ranks each. Needs `npm run build`. Judges nothing.
//
//   node test/bench/distributed.mjs [--runs N] [--mpi IMAGE [--engine docker]]
//
// By default ranks on loopback addresses of this machine; with --mpi Open MPI between containers of that image. Their end,
// which is the engine's, is part of the figures; their start, from `docker run` to the first word, is a figure of its own.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const GOALS = { start: 2, end: 2, failure: 5, loss: 5 };
const TRAIN = resolve(import.meta.dirname, '..', '..', 'dist', 'bin', 'train.cjs');
const PROGRAM = `#!/bin/sh
rank=\${OMPI_COMM_WORLD_RANK:-$RANK}
echo "first $rank at $(date +%s%3N)"
case $SM_HP_CASE in
  plain) sleep 1 ;;
  fail) sleep 1; if [ $rank = 3 ]; then echo "failing at $(date +%s%3N)"; exit 7; fi; exec sleep 30 ;;
  wait) exec sleep 30 ;;
esac
echo "last at $(date +%s%3N)"
`;

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    mpi: { type: 'string' },
    engine: { type: 'string', default: 'docker' },
  },
});
const runs = Math.max(1, Number.parseInt(options.runs, 10) || 0);
const folder = mkdtempSync(join(tmpdir(), 'optml-bench-distributed-'));
const network = `optml-bench-${process.pid}`;
let port = 20_000 + (process.pid % 10_000);

function layOut(name, hosts, what) {
  const base = join(folder, `${name}-${port}`, 'ml');
  for (const dir of ['input/config', 'code', 'model', 'output/data']) mkdirSync(join(base, dir), { recursive: true });
  const launcher = options.mpi ? { sagemaker_mpi_enabled: 'true' } : { optml_launch: 'true' };
  const files = {
    'code/go.sh': PROGRAM,
    'input/config/inputdataconfig.json': '{}',
    'input/config/resourceconfig.json': JSON.stringify({ current_host: name, hosts, network_interface_name: 'eth0' }),
    'input/config/hyperparameters.json': JSON.stringify({
      sagemaker_program: 'go.sh',
      sagemaker_mpi_num_of_processes_per_host: '2',
      optml_master_port: String(port),
      case: what,
      ...launcher,
    }),
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(base, path), text);
  chmodSync(join(base, 'code/go.sh'), 0o755);
  return base;
}

/** Starts both hosts; resolves `seen(pattern)` with the first match in what either has written. */
function startJob(what) {
  port += 2;
  const hosts = options.mpi ? ['algo-1', 'algo-2'] : ['127.0.77.1', '127.0.77.2'];
  const startedAt = Date.now();
  let text = '';
  const watchers = new Set();
  const children = hosts.map((name) => {
    const base = layOut(name, hosts, what);
    const child = options.mpi ? startContainer(name, base) : startProcess(base);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        text += chunk;
        for (const watcher of watchers) watcher();
      });
    }
    return child;
  });
  const ends = children.map((child) => new Promise((done) => child.once('close', () => done(Date.now()))));
  const seen = (pattern) =>
    new Promise((done, reject) => {
      const look = () => {
        const match = pattern.exec(text);
        if (match === null) return;
        watchers.delete(look);
        done(match);
      };
      watchers.add(look);
      look();
      void Promise.all(ends).then(() => reject(new Error(`not seen: ${pattern}\n${text}`)));
    });
  const kill = (index) => {
    if (options.mpi) spawnSync(options.engine, ['kill', containerOf(hosts[index])]);
    else children[index].kill('SIGKILL');
  };
  return { startedAt, ends, seen, kill, text: () => text };
}

function startProcess(base) {
  const env = { PATH: process.env.PATH, HOME: folder, SAGEMAKER_BASE_DIR: base, OPTML_PACKAGE: 'never' };
  return spawn(process.execPath, [TRAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

// The engine's own start is not the job's.
const BEGIN = ['sh', '-c', 'echo "begin at $(date +%s%3N)"; exec train'];

const containerOf = (name) => `${network}-${name}-${port}`;

function startContainer(name, base) {
  const args = ['run', '--rm', '--name', containerOf(name), '--network', network, '--network-alias', name];
  const variables = ['-e', 'OPTML_PACKAGE=never', '-v', `${base}:/opt/ml`];
  return spawn(options.engine, [...args, ...variables, options.mpi, ...BEGIN], { stdio: ['ignore', 'pipe', 'pipe'] });
}

const results = new Map();
function note(what, goal, ms) {
  const entry = results.get(what) ?? { goal, values: [] };
  entry.values.push(ms / 1000);
  results.set(what, entry);
}

async function measure() {
  const plain = startJob('plain');
  const [, first] = await plain.seen(/first 0 at (\d+)/);
  const begins = [...plain.text().matchAll(/begin at (\d+)/g)].map(([, at]) => Number(at));
  note('start to the first line of rank 0', GOALS.start, Number(first) - Math.max(plain.startedAt, ...begins));
  if (options.mpi) note('the same, with the start of the containers', undefined, Number(first) - plain.startedAt);
  const [master, worker] = await Promise.all(plain.ends);
  const last = Math.max(...[...plain.text().matchAll(/last at (\d+)/g)].map(([, at]) => Number(at)));
  note('last rank’s exit to the exit of the first host', GOALS.end, master - last);
  note('last rank’s exit to the exit of the worker', GOALS.end, worker - last);
  const failing = startJob('fail');
  const [, failed] = await failing.seen(/failing at (\d+)/);
  note(
    'failing rank to the exit of every host',
    GOALS.failure,
    Math.max(...(await Promise.all(failing.ends))) - failed,
  );
  for (const [who, killed] of [
    ['killed worker', 1],
    ['killed first host', 0],
  ]) {
    const waiting = startJob('wait');
    for (const rank of [0, 1, 2, 3]) await waiting.seen(new RegExp(`first ${rank} at`));
    const at = Date.now();
    waiting.kill(killed);
    note(`${who} to the exit of the other`, GOALS.loss, (await waiting.ends[1 - killed]) - at);
    // A container takes the ranks of a killed `train` along; here they end by themselves.
  }
}

try {
  if (options.mpi) spawnSync(options.engine, ['network', 'create', network]);
  for (let run = 0; run < runs; run++) await measure();
} finally {
  if (options.mpi) spawnSync(options.engine, ['network', 'rm', network]);
  rmSync(folder, { recursive: true, force: true });
}
console.log(
  options.mpi ? `MPI between containers of ${options.mpi} (${options.engine})` : 'Ranks on loopback addresses',
);
for (const [what, { goal, values }] of results) {
  const sorted = values.toSorted((a, b) => a - b);
  const [median, worst] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  console.log(
    `${what.padEnd(48)} ${median.toFixed(2)} s (worst ${worst.toFixed(2)}; ${goal === undefined ? 'no goal' : `goal: under ${goal}`})`,
  );
}
process.exit(0);
