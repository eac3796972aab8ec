// Start-up of `train`: wall time of a job whose script does nothing, against bare `node -e 0`, in the same run and taken
// in turn, so that what else the machine does hits all alike. Run by hand: npm run bench:startup [-- --runs N --node PATH
// --train PATH --clean]. The environment is inherited, as it is for a job; --clean passes on PATH alone, which makes bare
// Node faster where NODE_* variables are set, and the ratio higher. Prints figures, judges nothing.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const LEAST_RUNS = 40;
const WARM_UP_RUNS = 5;
const GOAL = 1.4;
// The least that any Node program can do for a script: start it in a group of its own and pass its exit code on.
const SPAWN_ONLY = `require('node:child_process').spawn(process.env.SAGEMAKER_BASE_DIR + '/code/train.sh', [],
  { detached: true, stdio: ['ignore', 'inherit', 'pipe'] }).on('exit', (code) => process.exit(code))`;
// Of the reference on the machine on which it was recorded; shown where it cannot be measured here.
const RECORDED_REFERENCE_FACTOR = 4.5;

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '60' },
    clean: { type: 'boolean', default: false },
    node: { type: 'string', default: process.execPath },
    train: { type: 'string', default: resolve(import.meta.dirname, '..', '..', 'dist', 'bin', 'train.cjs') },
  },
});
const runs = Math.max(LEAST_RUNS, Number.parseInt(options.runs, 10) || 0);

const folder = mkdtempSync(join(tmpdir(), 'optml-bench-'));
try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function main() {
  const base = makeJob();
  const train = [options.node, [options.train]];
  const contenders = [
    { name: 'node -e 0', command: [options.node, ['-e', '0']], variables: {} },
    {
      name: 'node that only spawns',
      command: [options.node, ['-e', SPAWN_ONLY]],
      variables: jobVariables(base, 'never'),
    },
    { name: 'train, packaging off', command: train, variables: jobVariables(base, 'never') },
    { name: 'train, empty model packed', command: train, variables: jobVariables(base, 'always') },
    ...referenceContender(base),
  ];
  for (const contender of contenders) contender.times = [];
  for (let run = -WARM_UP_RUNS; run < runs; run++) {
    for (const contender of contenders) {
      const milliseconds = await wallTime(contender);
      if (run >= 0) contender.times.push(milliseconds);
    }
  }
  report(contenders);
}

function makeJob() {
  const base = join(folder, 'ml');
  for (const dir of ['input/config', 'model', 'output/data', 'code']) mkdirSync(join(base, dir), { recursive: true });
  writeFileSync(join(base, 'input/config/hyperparameters.json'), '{"sagemaker_program":"\\"train.sh\\"","epochs":"3"}');
  writeFileSync(
    join(base, 'input/config/resourceconfig.json'),
    '{"current_host":"localhost","hosts":["localhost"],"network_interface_name":"eth0"}',
  );
  writeFileSync(join(base, 'input/config/inputdataconfig.json'), '{}');
  const script = join(base, 'code/train.sh');
  writeFileSync(script, '#!/bin/sh\nexit 0\n');
  chmodSync(script, 0o755);
  return base;
}

function jobVariables(base, packaging) {
  return { SAGEMAKER_BASE_DIR: base, OPTML_PACKAGE: packaging };
}

/** The reference, where it is installed: its own `train` for the same job. */
function referenceContender(base) {
  const probe = spawnSync('python3', ['-c', 'import sagemaker_training'], { stdio: 'ignore' });
  if (probe.status !== 0) return [];
  const program = 'from sagemaker_training.cli.train import main; main()';
  return [{ name: 'reference', command: ['python3', ['-c', program]], variables: jobVariables(base, 'never') }];
}

function wallTime({ name, command: [file, args], variables }) {
  const inherited = options.clean ? { PATH: process.env.PATH } : process.env;
  const env = { ...inherited, HOME: folder, LANG: 'C.UTF-8', ...variables };
  return new Promise((done, reject) => {
    const start = process.hrtime.bigint();
    const child = spawn(file, args, { env, stdio: ['ignore', 'ignore', 'ignore'] });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
      if (code === 0) done(milliseconds);
      else reject(new Error(`${name} ended with ${signal ?? `exit code ${code}`}`));
    });
  });
}

function report(contenders) {
  const version = spawnSync(options.node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  console.log(`Node ${version}, ${availableParallelism()} processors, ${runs} runs each, taken in turn`);
  console.log(`${''.padEnd(28)}median      p90    × bare node`);
  const [bare] = contenders;
  for (const { name, times } of contenders) {
    const ratio = quantile(times, 0.5) / quantile(bare.times, 0.5);
    console.log(`${name.padEnd(24)}${show(quantile(times, 0.5))}${show(quantile(times, 0.9))}    ${ratio.toFixed(2)}`);
  }
  if (!contenders.some(({ name }) => name === 'reference')) {
    console.log(`reference: not measured (not installed here); recorded elsewhere: about ${RECORDED_REFERENCE_FACTOR}`);
  }
  console.log(`goal: at most ${GOAL}`);
}

function quantile(times, share) {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function show(milliseconds) {
  return `${milliseconds.toFixed(1)} ms`.padStart(10);
}
