// Packing beside a process that swaps files for links and FIFOs, and folders for links to folders that have the same names.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { ChunkPool } from '../../src/archive/chunk-pool.ts';
import { archiveChunks } from '../../src/archive/pack/archive-chunks.ts';
import { isOptmlError } from '../../src/errors/error.ts';
import { JobFolder } from '../../src/job-tree/job-folder.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { trials } from '../support/trials.ts';

const SECRET = 'canary-7d1f0a52';
const PACKS_OF_A_ROUND = 25;

/** Two files, and two folders of the same kind. Returns their paths. Few, so that many are swapped just when they are read. */
function makeTree(dir: string, content: string, depth = 2): readonly string[] {
  mkdirSync(dir);
  const files = ['a', 'b'].map((name) => join(dir, name));
  for (const file of files) writeFileSync(file, content);
  const folders = depth === 0 ? [] : ['f', 'g'].map((name) => join(dir, name));
  return [...files, ...folders, ...folders.flatMap((folder) => makeTree(folder, content, depth - 1))];
}

/** What can take the place of an entry. */
function makeOthers(dir: string, outside: string): readonly string[] {
  mkdirSync(dir);
  const at = (name: string) => join(dir, name);
  symlinkSync(outside, at('link-to-folder'));
  symlinkSync(join(outside, 'a'), at('link-to-file'));
  makeTree(at('folder'), 'other');
  writeFileSync(at('file'), 'other');
  assert.equal(spawnSync('mkfifo', [at('fifo')]).status, 0);
  return ['link-to-folder', 'link-to-folder', 'link-to-file', 'folder', 'file', 'fifo'].map(at);
}

/** Runs `act` while entries are swapped. Returns how many were. */
async function whileSwapped(
  seed: number,
  others: readonly string[],
  victims: readonly string[],
  act: () => Promise<void>,
): Promise<number> {
  const words = [seed, [...new Set(others)], victims].map((value) => JSON.stringify(value));
  const child = spawn(process.execPath, [join(ROOT, 'test/support/swap-entries.mjs'), ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  try {
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    await lines.next();
    await act();
    child.stdin.end();
    return Number((await lines.next()).value);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

const pool = new ChunkPool();

/** Packs `dir`, calling `onFound` when an entry was found and not yet opened. Returns the error at which it ended, if any. */
async function packSafely(dir: string, onFound: (path: string) => void = () => undefined): Promise<unknown> {
  const folder = JobFolder.open(dir);
  const isLeftOut = ({ path }: { readonly path: string }) => {
    onFound(path);
    return false;
  };
  const nothing = () => undefined;
  const walk = { folder, pool, isLeftOut, latestSeconds: undefined, warn: nothing, onBytes: nothing, entries: 0 };
  try {
    for await (const chunk of archiveChunks(walk)) {
      assert.ok(!chunk.includes(SECRET), 'content from outside is in the archive');
      pool.giveBack(chunk);
    }
    return undefined;
  } catch (error) {
    if (!isOptmlError(error)) throw error;
    assert.equal(error.code, 'PACKAGING_FAILED');
    assert.match(error.message, /changed while it was being packed: /);
    return error;
  } finally {
    folder.close();
  }
}

test('an entry that is swapped after it was found is an error; its folder may be swapped', async (t) => {
  const base = temporaryFolder(t);
  const outside = join(base, 'outside');
  makeTree(outside, SECRET);
  const model = join(base, 'model');
  makeTree(model, 'mine');
  for (const other of makeOthers(join(base, 'others'), outside)) {
    for (const [found, victim] of [
      ['f/a', 'f/a'],
      ['f/g', 'f/g'],
      ['f/a', 'f'],
      ['f/g/b', 'f/g'],
    ]) {
      let isSwapped = false;
      const swap = () => {
        isSwapped = !isSwapped;
        renameSync(join(model, `${victim}`), join(base, 'away'));
        renameSync(other, join(model, `${victim}`));
        renameSync(join(base, 'away'), other);
      };
      const error = await packSafely(model, (path) => {
        if (path === found && !isSwapped) swap();
      });
      swap();
      const isSameKind = other.endsWith(victim === 'f/g' ? '/folder' : '/file');
      assert.equal(error === undefined, victim !== found || isSameKind, `${victim} became ${other}: ${error}`);
    }
  }
});

test('nothing from outside gets into an archive while entries are swapped for links and FIFOs', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  t.diagnostic(`seed: ${seed}`);
  const base = temporaryFolder(t);
  const outside = join(base, 'outside');
  makeTree(outside, SECRET);
  const victims = makeTree(join(base, 'model'), 'mine');
  const others = makeOthers(join(base, 'others'), outside);
  const packs = trials({ gate: 20, long: 500 }) * PACKS_OF_A_ROUND;
  let changed = 0;
  const swaps = await whileSwapped(seed, others, victims, async () => {
    for (let i = 0; i < packs; i++) {
      if ((await packSafely(join(base, 'model'))) !== undefined) changed++;
    }
  });
  t.diagnostic(`${changed} of ${packs} archives found a change, beside ${swaps} swaps`);
  assert.ok(swaps > 0);
  assert.equal(readFileSync(join(outside, 'a'), 'utf8'), SECRET);
});
