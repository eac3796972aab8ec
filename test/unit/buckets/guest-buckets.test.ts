import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { guestBuckets } from '../../../src/buckets/guest-buckets.ts';
import { openBuckets } from '../../../src/buckets/open-buckets.ts';
import { attributesOf, get, listed, put } from '../../support/buckets/objects.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'optml-guests-'));
after(() => rmSync(ROOT, { recursive: true, force: true }));

test('the owner sees what another process writes and deletes, and the reverse', async () => {
  const dataDir = join(ROOT, 'both');
  const buckets = await openBuckets({ dataDir });
  const owned = await buckets.create('a-bucket', 'eu-west-1');
  const guest = guestBuckets(dataDir).find('a-bucket');
  assert.ok(guest);
  await put(owned, 'owned', 'old');
  assert.deepEqual(await listed(owned), ['owned']);
  await put(guest, 'guest/a', 'content');
  await put(guest, 'owned', 'new content');
  assert.deepEqual(await listed(owned), ['guest/a', 'owned']);
  for await (const entry of owned.entries({ prefix: 'owned' })) {
    assert.equal(entry.kind === 'object' && entry.object.size, 'new content'.length);
  }
  assert.equal(await get(owned, 'guest/a'), 'content');
  await put(owned, 'later', 'content');
  assert.deepEqual(await listed(guest), ['guest/a', 'later', 'owned']);
  await guest.delete('owned');
  assert.deepEqual(await listed(owned), ['guest/a', 'later']);
  await buckets.close();
});

test('the owner sees a write of another process that is under way while it lists', async () => {
  const dataDir = join(ROOT, 'under-way');
  const buckets = await openBuckets({ dataDir });
  const owned = await buckets.create('a-bucket', 'eu-west-1');
  const guest = guestBuckets(dataDir).find('a-bucket');
  assert.ok(guest);
  assert.deepEqual(await listed(owned), []);
  // Lists as often as it can, from before the object is there until it is.
  let isWritten = false;
  const written = put(guest, 'key', 'content').then(() => {
    isWritten = true;
  });
  while (!isWritten) {
    await listed(owned);
    await nextTurn();
  }
  await written;
  assert.deepEqual(await listed(owned), ['key']);
  await buckets.close();
});

test('of 64 writers of two processes that demand that there is no object, exactly one wins', async () => {
  const dataDir = join(ROOT, 'one-wins');
  const buckets = await openBuckets({ dataDir });
  const owned = await buckets.create('a-bucket', 'eu-west-1');
  const guest = guestBuckets(dataDir).find('a-bucket');
  assert.ok(guest);
  const isNew = (current: unknown) => assert.equal(current, undefined);
  const ends = await Promise.allSettled(
    Array.from({ length: 64 }, (_, index) => put(index % 2 === 0 ? owned : guest, 'key', String(index), isNew)),
  );
  const won = ends.flatMap(({ status }, index) => (status === 'fulfilled' ? [String(index)] : []));
  assert.deepEqual(won, [await get(owned, 'key')]);
  await buckets.close();
});

test('a folder of files that is served is a bucket for other processes too', async () => {
  const dataDir = join(ROOT, 'folders');
  const files = join(ROOT, 'files');
  mkdirSync(files);
  const buckets = await openBuckets({ dataDir, folders: { files } });
  await buckets.close();
  const guest = guestBuckets(dataDir).find('files');
  assert.ok(guest);
  const writer = await guest.write();
  await writer.write(Buffer.from('content'));
  await writer.commit('a/key', attributesOf('content'));
  assert.equal(readFileSync(join(files, 'a/key'), 'utf8'), 'content');
  await (await openBuckets({ dataDir })).close();
  assert.equal(guestBuckets(dataDir).find('files'), undefined);
});

test('finds no bucket in a folder that is missing, or under a name that is none', () => {
  const { find } = guestBuckets(join(ROOT, 'none'));
  for (const name of ['a-bucket', '..', '.folders', 'a/b', '']) assert.equal(find(name), undefined);
});
