import assert from 'node:assert/strict';
import type { FileHandle } from 'node:fs/promises';
import { test } from 'node:test';
import { EarlySync } from '../../../../src/archive/pack/early-sync.ts';

const MB = 1024 * 1024;

async function* content(mebibytes: number): AsyncGenerator<Buffer> {
  for (let i = 0; i < mebibytes; i++) yield Buffer.alloc(MB, i);
}

/** Stands for an open file: records what is synced, and fails where a test wants it. */
function fakeFile(failure?: Error): { readonly target: FileHandle; readonly calls: string[] } {
  const calls: string[] = [];
  const target = {
    datasync: async () => {
      calls.push('datasync');
      if (failure !== undefined) throw failure;
    },
    sync: async () => {
      calls.push('sync');
    },
  };
  return { target: target as unknown as FileHandle, calls };
}

async function passed(sync: EarlySync, mebibytes: number): Promise<number> {
  let bytes = 0;
  for await (const chunk of sync.alongside(content(mebibytes))) bytes += chunk.length;
  return bytes;
}

test('a large file is synced on the way, every 32 MiB of content, and wholly at the end', async () => {
  const { target, calls } = fakeFile();
  const sync = new EarlySync(target);
  assert.equal(await passed(sync, 70), 70 * MB);
  await sync.finish();
  assert.deepEqual(calls, ['datasync', 'datasync', 'sync']);
});

test('a small file is synced at the end alone', async () => {
  const { target, calls } = fakeFile();
  const sync = new EarlySync(target);
  await passed(sync, 20);
  await sync.finish();
  assert.deepEqual(calls, ['sync']);
});

test('a disk that fails on the way is reported at the end, though a later sync would not', async () => {
  const { target } = fakeFile(new Error('EIO'));
  const sync = new EarlySync(target);
  await passed(sync, 70);
  await assert.rejects(sync.finish(), /EIO/);
});
