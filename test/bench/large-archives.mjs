#!/usr/bin/env node
// Packs and unpacks a file over 8 GB, whose size no plain header can hold: by optml alone, and across with GNU tar. The
// file is sparse, so that it takes no place. Prints seconds and peak memory; fails when a size or the content is wrong.
//
//   npm run build && node test/bench/large-archives.mjs [--gigabytes 9]
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const OPTML = join(import.meta.dirname, '..', '..', 'dist', 'bin', 'optml.cjs');
const { values: options } = parseArgs({ options: { gigabytes: { type: 'string', default: '9' } } });
const size = Number(options.gigabytes) * 1024 ** 3 + 1;
const scratch = mkdtempSync(join(tmpdir(), 'optml-large-'));
const MARK = Buffer.from('in the middle');

function mark(file) {
  const descriptor = openSync(file, 'w');
  writeSync(descriptor, MARK, 0, MARK.length, Math.floor(size / 2));
  ftruncateSync(descriptor, size);
  closeSync(descriptor);
}

function check(file) {
  const stats = statSync(file);
  const found = Buffer.alloc(MARK.length);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, found, 0, found.length, Math.floor(size / 2));
  closeSync(descriptor);
  assert.deepEqual([stats.size, found.toString()], [size, MARK.toString()]);
  return stats.blocks * 512;
}

// Peak memory of a child, which time(1) is not always there for.
const MEASURE =
  'import resource, subprocess, sys\ncode = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)\nprint(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)';

function run(what, words) {
  const start = performance.now();
  const { stdout, stderr } = spawnSync('python3', ['-c', MEASURE, ...words], { encoding: 'utf8' });
  const [code, kilobytes] = stdout.trim().split(' ').map(Number);
  assert.equal(code, 0, stderr);
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(`${what.padEnd(40)} ${seconds.toFixed(1).padStart(6)} s, ${Math.round(kilobytes / 1024)} MiB\n`);
}

try {
  const at = (name) => join(scratch, name);
  for (const name of ['model', 'by-tar']) mkdirSync(at(name));
  mark(join(at('model'), 'big'));
  run('optml pack', [process.execPath, OPTML, 'pack', at('model'), '-o', at('model.tar.gz')]);
  run('optml unpack of optml', [process.execPath, OPTML, 'unpack', at('model.tar.gz'), at('copy')]);
  process.stdout.write(`  takes ${check(join(at('copy'), 'big'))} bytes on the disk\n`);
  run('GNU tar unpack of optml', ['tar', '-xzf', at('model.tar.gz'), '-C', at('by-tar')]);
  check(join(at('by-tar'), 'big'));
  for (const format of ['gnu', 'pax']) {
    run(`GNU tar pack, ${format}`, [
      'tar',
      '-c',
      `--format=${format}`,
      '-f',
      at(`${format}.tar`),
      '-C',
      at('model'),
      '--sparse',
      '.',
    ]);
    run(`optml unpack of ${format}`, [process.execPath, OPTML, 'unpack', at(`${format}.tar`), at(format)]);
    check(join(at(format), 'big'));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
