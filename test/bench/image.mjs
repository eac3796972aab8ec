// Size and start-up of the CPU image against its base, in the same run. Run by hand: npm run bench:image [-- --runs N
// --engine podman --base IMAGE]. Size: what each layer on top of the base adds. Start-up: wall time of
// `run IMAGE train` on a job whose script does nothing against `run BASE node -e 0`, and against `run BASE true`, which is
// the engine's own share; taken in turn, so that what else the machine does hits all alike. Judges nothing.
// Other images, which exist: npm run bench:image -- --image optml:sklearn --image optml:pytorch. Each is compared with bare Node
// in the same image.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const GOALS = { addedMB: 60, startFactor: 1.5 };
const WARM_UP_RUNS = 2;
const IMAGE = 'optml-bench:cpu';

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    engine: { type: 'string', default: 'docker' },
    base: { type: 'string', default: 'node:24-bookworm-slim' },
    image: { type: 'string', multiple: true, default: [] },
  },
});
const runs = Math.max(5, Number.parseInt(options.runs, 10) || 0);
const root = resolve(import.meta.dirname, '..', '..');

const folder = mkdtempSync(join(tmpdir(), 'optml-bench-'));
try {
  if (options.image.length > 0) for (const image of options.image) reportOther(image);
  else reportOwn();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function reportOwn() {
  try {
    engine('build', '-t', IMAGE, '--build-arg', `BASE=${options.base}`, root);
    reportSize();
    reportStart(options.base, IMAGE);
    console.log(`goal: at most ${GOALS.startFactor}`);
  } finally {
    spawnSync(options.engine, ['image', 'rm', '-f', IMAGE]);
  }
}

function reportOther(image) {
  console.log(`\n${image}: ${(sizeOf(image) / 1e6).toFixed(0)} MB`);
  reportStart(image, image);
}

function sizeOf(image) {
  return Number(engine('image', 'inspect', '-f', '{{.Size}}', image));
}

function engine(...args) {
  const { status, stdout, stderr, error } = spawnSync(options.engine, args, { encoding: 'utf8', maxBuffer: 64 << 20 });
  if (status !== 0) throw new Error(`${options.engine} ${args.join(' ')}: ${error?.message ?? stderr}`);
  return stdout.trim();
}

function reportSize() {
  const [base, ours] = [sizeOf(options.base) / 1e6, sizeOf(IMAGE) / 1e6];
  console.log(`${engine('version', '--format', '{{.Client.Version}}')} (${options.engine}), base ${options.base}`);
  console.log(
    `base ${base.toFixed(1)} MB, image ${ours.toFixed(1)} MB: ${(ours - base).toFixed(1)} MB added; goal: at most ${GOALS.addedMB}`,
  );
  const layers = (image) => engine('history', '--no-trunc', '--format', '{{.Size}}\t{{.CreatedBy}}', image).split('\n');
  for (const line of layers(IMAGE).slice(0, -layers(options.base).length).reverse()) {
    const [size = '', createdBy = ''] = line.split('\t');
    if (!/^0\s?B/.test(size))
      console.log(
        `  ${size.padStart(8)}  ${createdBy.replace(/^\/bin\/sh -c\s+|^RUN \|\d.*?\/bin\/sh -c /, 'RUN ').slice(0, 90)}`,
      );
  }
}

function reportStart(base, image) {
  const job = makeJob();
  const run = (...args) => ['run', '--rm', '--security-opt', 'label=disable', ...args];
  // Our images have an entry point of their own.
  const bare = (program, ...args) => run('--entrypoint', program, base, ...args);
  const contenders = [
    { name: 'run BASE true', args: bare('true') },
    { name: 'run BASE node -e 0', args: bare('node', '-e', '0') },
    { name: 'run IMAGE train', args: run('-v', `${job}:/opt/ml`, image, 'train') },
  ];
  for (const contender of contenders) contender.times = [];
  for (let index = -WARM_UP_RUNS; index < runs; index++) {
    for (const { args, times } of contenders) {
      const start = process.hrtime.bigint();
      engine(...args);
      if (index >= 0) times.push(Number(process.hrtime.bigint() - start) / 1e6);
    }
  }
  const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
  const ofNode = median(contenders[1].times);
  console.log(`\n${runs} runs each, taken in turn, ${availableParallelism()} processors`);
  console.log(`${''.padEnd(22)}median    × node -e 0`);
  for (const { name, times } of contenders) {
    console.log(
      `${name.padEnd(20)}${median(times).toFixed(0).padStart(5)} ms    ${(median(times) / ofNode).toFixed(2)}`,
    );
  }
}

function makeJob() {
  const base = join(folder, 'ml');
  for (const dir of ['input/config', 'model', 'output/data', 'code']) mkdirSync(join(base, dir), { recursive: true });
  const config = (name, content) => writeFileSync(join(base, 'input/config', `${name}.json`), JSON.stringify(content));
  config('hyperparameters', { sagemaker_program: 'train.sh' });
  config('resourceconfig', { current_host: 'localhost', hosts: ['localhost'] });
  config('inputdataconfig', {});
  writeFileSync(join(base, 'code/train.sh'), '#!/bin/sh\nexit 0\n');
  chmodSync(join(base, 'code/train.sh'), 0o755);
  return base;
}
