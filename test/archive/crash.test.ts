// `optml` killed at any moment: what stands under its final name is whole.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { packDirectory } from '../../src/archive/lazy-archive.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { treeOf } from '../support/trees.ts';
import { trials } from '../support/trials.ts';

const OPTML = join(ROOT, 'dist', 'bin', 'optml.cjs');
const KILLS = trials({ gate: 15, long: 50 });
const FILES = 100;

function makeModel(dir: string): void {
  // Noise, which takes its time to compress.
  let state = 1;
  const noise = (bytes: number) =>
    Buffer.alloc(bytes).map(() => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    });
  for (let i = 0; i < FILES; i++) {
    mkdirSync(join(dir, `part-${i % 5}`), { recursive: true });
    writeFileSync(join(dir, i % 2 === 0 ? '.' : `part-${i % 5}`, `file-${i}`), noise(2000 + i));
  }
  writeFileSync(join(dir, 'weights'), noise(1024 * 1024));
}

/** Runs `optml`, and kills it after so many milliseconds. How long it ran, and whether it came to its end before. */
async function runAndKill(
  args: readonly string[],
  afterMs: number,
): Promise<{ readonly ms: number; readonly isWhole: boolean }> {
  const start = performance.now();
  const child = spawn(process.execPath, [OPTML, ...args], {
    stdio: 'ignore',
    env: { PATH: '', UV_THREADPOOL_SIZE: '4' },
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const killing = new AbortController();
  sleep(afterMs, undefined, { signal: killing.signal })
    .then(() => child.kill('SIGKILL'))
    .catch(() => undefined);
  const code = await ended;
  killing.abort();
  return { ms: performance.now() - start, isWhole: code === 0 };
}

// Moments over the whole run, denser where it works than where Node starts.
function momentsOf(wholeMs: number): readonly number[] {
  return Array.from({ length: KILLS }, (_, i) => wholeMs * (0.2 + 0.9 * (i / KILLS)));
}

test(`packing that is killed at ${KILLS} moments leaves no archive or a whole one`, async (t) => {
  const base = temporaryFolder(t);
  const model = join(base, 'model');
  makeModel(model);
  const out = join(base, 'out');
  const pack = (afterMs: number) => runAndKill(['pack', model, '-o', join(out, 'model.tar.gz')], afterMs);
  const first = await pack(60_000);
  assert.equal(first.isWhole, true);
  const content = gunzipSync(readFileSync(join(out, 'model.tar.gz')));
  let killed = 0;
  for (const moment of momentsOf(first.ms)) {
    rmSync(out, { recursive: true });
    mkdirSync(out);
    const { isWhole } = await pack(moment);
    if (!isWhole) killed++;
    const isThere = existsSync(join(out, 'model.tar.gz'));
    assert.ok(isThere || !isWhole);
    if (isThere) assert.ok(gunzipSync(readFileSync(join(out, 'model.tar.gz'))).equals(content), `after ${moment} ms`);
  }
  assert.ok(killed > KILLS / 5, `only ${killed} were killed`);
});

test(`unpacking that is killed at ${KILLS} moments leaves only whole files under their names`, async (t) => {
  const base = temporaryFolder(t);
  makeModel(join(base, 'model'));
  await packDirectory(join(base, 'model'), join(base, 'model.tar.gz'));
  const whole = treeOf(join(base, 'model'));
  const out = join(base, 'out');
  const unpack = (afterMs: number) => runAndKill(['unpack', join(base, 'model.tar.gz'), out], afterMs);
  const first = await unpack(60_000);
  assert.equal(first.isWhole, true);
  let killed = 0;
  for (const moment of momentsOf(first.ms)) {
    rmSync(out, { recursive: true, force: true });
    const { isWhole } = await unpack(moment);
    if (!isWhole) killed++;
    const names = existsSync(out) ? readdirSync(out) : [];
    const partial = names.filter((name) => name.includes('optml-partial'));
    for (const name of partial) rmSync(join(out, name), { recursive: true });
    const tree = existsSync(out) ? treeOf(out) : {};
    for (const [path, facts] of Object.entries(tree)) assert.equal(facts, whole[path], `${path} after ${moment} ms`);
    assert.ok(!isWhole || (partial.length === 0 && Object.keys(tree).length === Object.keys(whole).length));
  }
  assert.ok(killed > KILLS / 5, `only ${killed} were killed`);
});
