#!/usr/bin/env node
// Packs with this build, and in the same run with GNU tar or with another build of optml:
//
//   deep   2,000 folders in each other, beside GNU tar with gzip. The start of the process is excluded: the time for an
//          empty folder is subtracted from both. Goal: at most 3 times GNU tar.
//   small  20,000 files of 1 to 8 kB, beside the other build. Goal: at most 5 % slower.
//   large  one file of 2 GB, beside the other build. Goal: at most 5 % slower.
//
// Prints medians of wall-clock and processor seconds, and their ratios. Runs alternate. On a busy machine, the ratio of
// processor seconds says more.
//
//   npm run build && npm run bench:packing -- [--rival FOLDER] [--runs 5] [--only deep,small,large] [--dir /tmp]
//
// FOLDER is a built worktree of another commit: git worktree add FOLDER COMMIT && cd FOLDER && npm ci && npm run build
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    rival: { type: 'string' },
    runs: { type: 'string', default: '5' },
    only: { type: 'string', default: 'deep,small,large' },
    dir: { type: 'string', default: tmpdir() },
  },
});
const runs = Math.max(1, Number.parseInt(options.runs, 10) || 0);
const scratch = mkdtempSync(join(options.dir, 'optml-bench-'));
const MB = 1024 * 1024;

// Repeatable, and gzip finds nothing in it to make shorter.
function noise(bytes, seed) {
  const words = new Uint32Array(Math.ceil(bytes / 4));
  let state = seed;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return Buffer.from(words.buffer).subarray(0, bytes);
}

const TREES = {
  deep(dir) {
    // One call cannot make a path of 4,000 bytes below another path.
    const make = 'import os, sys\nos.chdir(sys.argv[1])\nfor _ in range(2000): os.mkdir("d"); os.chdir("d")';
    run(['python3', '-c', make, dir]);
  },
  small(dir) {
    for (let i = 0; i < 20_000; i++) {
      const folder = join(dir, `part-${i % 400}`);
      if (i < 400) mkdirSync(folder);
      writeFileSync(join(folder, `file-${i}`), noise(1000 + ((i * 7919) % 7000), i + 1));
    }
  },
  large(dir) {
    const descriptor = openSync(join(dir, 'model.bin'), 'w');
    const piece = noise(64 * MB, 1);
    for (let i = 0; i < 32; i++) writeSync(descriptor, piece);
    closeSync(descriptor);
  },
};

function run(words) {
  const { status, stderr } = spawnSync(words[0], words.slice(1), { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
}

// Measures a command's children, which time(1) is not always there for.
const MEASURE = `
import resource, subprocess, sys, time
start = time.monotonic()
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
seconds = time.monotonic() - start
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(code, seconds, usage.ru_utime + usage.ru_stime)
`;

function measure(words) {
  const { stdout, stderr } = spawnSync('python3', ['-c', MEASURE, ...words], { encoding: 'utf8' });
  const [code, wall, cpu] = stdout.trim().split(' ').map(Number);
  if (code !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
  return { wall, cpu };
}

const packer = (build) => (dir, file) => [
  process.execPath,
  join(build, 'dist', 'bin', 'optml.cjs'),
  'pack',
  dir,
  '-o',
  file,
];
const OWN = ['this build', packer(resolve(import.meta.dirname, '..', '..'))];
const TAR = ['GNU tar', (dir, file) => ['tar', 'czf', file, '-C', dir, '.']];
const RIVAL = options.rival && ['other build', packer(resolve(options.rival))];

const KINDS = {
  deep: { rival: TAR, goal: 3, excludesStart: true },
  small: { rival: RIVAL, goal: 1.05 },
  large: { rival: RIVAL, goal: 1.05 },
};

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Seconds of each packer, in runs that alternate. */
function compare(packers, dir) {
  const results = packers.map(() => []);
  for (let turn = 0; turn < runs; turn++) {
    // Each is first as often as the others.
    for (const at of turn % 2 === 0 ? packers.keys() : [...packers.keys()].reverse()) {
      const file = join(scratch, 'archive');
      rmSync(file, { force: true });
      results[at].push(measure(packers[at][1](dir, file)));
    }
  }
  return results.map((of) => ({ wall: median(of.map(({ wall }) => wall)), cpu: median(of.map(({ cpu }) => cpu)) }));
}

try {
  const empty = join(scratch, 'empty');
  mkdirSync(empty);
  for (const name of options.only.split(',')) {
    const { rival, goal, excludesStart = false } = KINDS[name];
    console.log(`\n${name}`);
    if (!rival) {
      console.log('  left out: pass --rival FOLDER, a build of another commit');
      continue;
    }
    const dir = join(scratch, name);
    mkdirSync(dir);
    TREES[name](dir);
    const packers = [OWN, rival];
    const starts = excludesStart ? compare(packers, empty) : packers.map(() => ({ wall: 0, cpu: 0 }));
    const [own, other] = compare(packers, dir).map(({ wall, cpu }, at) => {
      const seconds = { wall: wall - starts[at].wall, cpu: cpu - starts[at].cpu };
      const parts = [`${seconds.wall.toFixed(3)} s`, `processor ${seconds.cpu.toFixed(3)} s`];
      console.log(`  ${packers[at][0].padEnd(12)} ${parts.join(', ')}`);
      return seconds;
    });
    const isMet = own.wall / other.wall <= goal;
    console.log(
      `  ratio ${(own.wall / other.wall).toFixed(3)} (at most ${goal}), processor ${(own.cpu / other.cpu).toFixed(3)}: ${isMet ? 'ok' : 'MISSED'}`,
    );
    // Node cannot remove a tree that is so deep.
    run(['rm', '-r', dir]);
  }
} finally {
  run(['rm', '-rf', scratch]);
}
