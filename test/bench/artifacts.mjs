#!/usr/bin/env node
// Packs and unpacks three corpora by optml and by its rivals in the same run: Python's tarfile at its default, which the
// SageMaker SDK uses, GNU tar with gzip and with pigz; then downloads and uploads by artifacts-s3.mjs. Prints seconds,
// ratios against the goals, and peak memory. A folder in memory (--dir /dev/shm) leaves the disk out of it.
//
//   npm run build && npm run bench:artifacts [-- --runs 3] [--only weights,text,small,s3] [--dir /dev/shm]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const OPTML = join(import.meta.dirname, '..', '..', 'dist', 'bin', 'optml.cjs');
const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    only: { type: 'string', default: 'weights,text,small,s3' },
    dir: { type: 'string', default: tmpdir() },
  },
});
const runs = Math.max(1, Number.parseInt(options.runs, 10) || 0);
const scratch = mkdtempSync(join(options.dir, 'optml-bench-'));
const MB = 1024 * 1024;

// Repeatable, and good enough to look like what it stands for.
function random(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const CORPORA = {
  /** 256 MB of normally distributed float32 numbers, as a trained network has. */
  weights(dir) {
    const next = random(1);
    const values = new Float32Array((256 * MB) / 4);
    for (let i = 0; i < values.length; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(1 - next())) * 0.02;
      const angle = 2 * Math.PI * next();
      values[i] = radius * Math.cos(angle);
      values[i + 1] = radius * Math.sin(angle);
    }
    writeFileSync(join(dir, 'model.bin'), new Uint8Array(values.buffer));
  },
  /** 256 MB of JSON lines, as metrics and predictions are. */
  text(dir) {
    const next = random(2);
    const words = ['the', 'model', 'predicts', 'label', 'of', 'image', 'batch', 'loss', 'token', 'answer'];
    const lines = [];
    let bytes = 0;
    for (let id = 0; bytes < 256 * MB; id++) {
      const text = Array.from({ length: 12 }, () => words[Math.floor(next() * words.length)]).join(' ');
      const line = `${JSON.stringify({ id, score: next(), label: Math.floor(next() * 10), text, source: `shard-${id % 64}` })}\n`;
      lines.push(line);
      bytes += line.length;
    }
    writeFileSync(join(dir, 'predictions.jsonl'), lines.join(''));
  },
  /** 20,000 files of 1 to 8 kB in 400 folders. */
  small(dir) {
    const next = random(3);
    for (let i = 0; i < 20_000; i++) {
      const folder = join(dir, `part-${i % 400}`);
      mkdirSync(folder, { recursive: true });
      const line = () => `def step_${Math.floor(next() * 1e6)}(x, y): return x * ${next()} + y\n`;
      writeFileSync(join(folder, `file-${i}.py`), Array.from({ length: 20 + next() * 130 }, line).join(''));
    }
  },
};

// Measures a command's children, which time(1) is not always there for.
const MEASURE = `
import resource, subprocess, sys, time
start = time.monotonic()
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
print(code, time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
`;

function measure(words, variables = {}) {
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const { stdout, stderr } = spawnSync('python3', ['-c', MEASURE, '/usr/bin/env', ...assignments, ...words], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
  const [code, seconds, kilobytes] = stdout.trim().split(' ').map(Number);
  if (code !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
  return { seconds, mebibytes: kilobytes / 1024 };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** A PATH of Node alone, so that neither igzip nor pigz is found. */
const bare = join(scratch, 'bin');
mkdirSync(bare);
symlinkSync(process.execPath, join(bare, 'node'));

const PY_PACK = 'import sys, tarfile\nwith tarfile.open(sys.argv[2], "w:gz") as t: t.add(sys.argv[1], arcname=".")';
const PY_UNPACK = 'import sys, tarfile\nwith tarfile.open(sys.argv[1]) as t: t.extractall(sys.argv[2])';
const node = process.execPath;

const PACKERS = {
  'optml igzip': (dir, file) => measure([node, OPTML, 'pack', dir, '-o', file], { OPTML_COMPRESSION: 'igzip' }),
  'optml pigz': (dir, file) => measure([node, OPTML, 'pack', dir, '-o', file], { OPTML_COMPRESSION: 'pigz' }),
  'optml node': (dir, file) => measure([node, OPTML, 'pack', dir, '-o', file], { OPTML_COMPRESSION: 'node' }),
  'GNU tar gzip': (dir, file) => measure(['tar', 'czf', file, '-C', dir, '.']),
  'GNU tar pigz': (dir, file) => measure(['tar', '-I', 'pigz', '-cf', file, '-C', dir, '.']),
  'Python tarfile': (dir, file) => measure(['python3', '-c', PY_PACK, dir, file]),
};
const UNPACKERS = {
  'optml igzip': (file, dir) => measure([node, OPTML, 'unpack', file, dir]),
  'optml node': (file, dir) => measure([node, OPTML, 'unpack', file, dir], { PATH: bare }),
  'GNU tar gzip': (file, dir) => measure(['tar', 'xzf', file, '-C', dir]),
  'Python tarfile': (file, dir) => measure(['python3', '-c', PY_UNPACK, file, dir]),
};

const GOALS = {
  weights: [
    ['pack', 'optml igzip', 'Python tarfile', 8],
    ['pack', 'optml node', 'GNU tar gzip', 1.8],
    ['unpack', 'optml igzip', 'GNU tar gzip', 1],
    ['unpack', 'optml node', 'GNU tar gzip', 0.7],
  ],
  text: [
    ['pack', 'optml igzip', 'Python tarfile', 20],
    ['pack', 'optml node', 'GNU tar gzip', 1.8],
    ['unpack', 'optml igzip', 'GNU tar gzip', 1],
    ['unpack', 'optml node', 'GNU tar gzip', 0.7],
  ],
  small: [
    ['pack', 'optml igzip', 'Python tarfile', 5],
    ['pack', 'optml igzip', 'GNU tar gzip', undefined],
    ['unpack', 'optml igzip', 'Python tarfile', 2],
    ['unpack', 'optml node', 'Python tarfile', 2],
  ],
};
const LARGEST = { weights: 1.2, text: 1.4, small: 1.4 };

function bench(what, actions, act) {
  const times = Object.fromEntries(Object.keys(actions).map((name) => [name, []]));
  for (let run = 0; run < runs; run++) {
    for (const name of Object.keys(actions).sort(() => Math.random() - 0.5)) times[name].push(act(actions[name], name));
  }
  const seconds = {};
  for (const [name, results] of Object.entries(times)) {
    seconds[name] = median(results.map((result) => result.seconds));
    const peak = Math.max(...results.map((result) => result.mebibytes));
    console.log(`  ${what} ${name.padEnd(16)} ${seconds[name].toFixed(2)} s, at most ${peak.toFixed(0)} MiB`);
  }
  return seconds;
}

function verdict(text, value, isMet) {
  console.log(`  ${text}: ${value.toFixed(2)}${isMet === undefined ? '' : isMet ? ' ok' : ' MISSED'}`);
}

try {
  const names = options.only.split(',');
  for (const name of names.filter((each) => each !== 's3')) {
    const dir = join(scratch, name);
    mkdirSync(dir);
    CORPORA[name](dir);
    console.log(`\n${name}`);
    const archive = (who) => join(scratch, `${name}-${who.replaceAll(' ', '-')}.tar.gz`);
    const pack = bench('pack  ', PACKERS, (run, who) => {
      rmSync(archive(who), { force: true });
      return run(dir, archive(who));
    });
    // Removed at the end: a file system that has just removed many files is slow at making others.
    const unpack = bench('unpack', UNPACKERS, (run) =>
      run(archive('GNU tar gzip'), mkdtempSync(join(scratch, `${name}-out-`))),
    );
    for (const [what, ours, theirs, goal] of GOALS[name]) {
      const ratio = (what === 'pack' ? pack : unpack)[theirs] / (what === 'pack' ? pack : unpack)[ours];
      verdict(`${what}: speed of ${ours} to ${theirs} (goal ${goal ?? 'none'})`, ratio, goal && ratio >= goal);
    }
    const size = (who) => statSync(archive(who)).size;
    for (const ours of ['optml igzip', 'optml node']) {
      const ratio = size(ours) / size('Python tarfile');
      verdict(`size of ${ours} to Python tarfile (at most ${LARGEST[name]})`, ratio, ratio <= LARGEST[name]);
    }
    rmSync(dir, { recursive: true });
  }
  if (names.includes('s3')) {
    console.log('\nS3');
    const words = [join(import.meta.dirname, 'artifacts-s3.mjs'), '--dir', options.dir];
    const { status } = spawnSync(node, words, { stdio: 'inherit' });
    if (status !== 0) throw new Error('the S3 part failed');
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
