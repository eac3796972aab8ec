// SIGKILL at random moments of a process that changes objects: nothing acknowledged is lost, nothing partial is visible.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Bucket } from '../../src/buckets/buckets.ts';
import { openBuckets } from '../../src/buckets/open-buckets.ts';
import { contentOf } from '../support/buckets/killed-objects.ts';
import { md5 } from '../support/buckets/objects.ts';
import { temporaryFolder } from '../support/job.ts';
import { trials } from '../support/trials.ts';

const KILLS = trials({ gate: 10, long: 50 });
const CHILD = fileURLToPath(new URL('../support/buckets/changing-child.ts', import.meta.url));
/** Within this time every kind of change happens many times. */
const MOST_MS = 400;

/** Changes objects in a child process, and kills it at a random moment after its first change. Returns its output. */
async function changeAndKill(t: TestContext, words: readonly string[]): Promise<string> {
  const command = ['--conditions=optml-source', '--import', 'tsx', CHILD, ...words];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const output = text(child.stdout);
  await Promise.race([new Promise((resolve) => child.stdout.once('data', resolve)), ended]);
  await sleep(randomInt(MOST_MS));
  child.kill('SIGKILL');
  await ended;
  return await output;
}

/** The ids that each key may have: that of the last acknowledged change, and that of one that was begun since. */
function possibleIds(output: string, known: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const ids = new Map<string, readonly string[]>([...known].map(([key, id]) => [key, [id]]));
  for (const line of output.split('\n').slice(0, -1)) {
    const [what, key = '', id = ''] = line.split(' ');
    ids.set(key, what === 'end' ? [id] : [...(ids.get(key) ?? ['-']), id]);
  }
  return ids;
}

/** The id of the object that is there, whose content is complete. `-` for none. */
async function idOf(bucket: Bucket, key: string, ids: readonly string[]): Promise<string> {
  const object = await bucket.open(key);
  if (object === undefined) {
    assert.ok(ids.includes('-'), `${key} is lost: ${ids}`);
    return '-';
  }
  const content = await buffer(object.read());
  const id = ids.find((one) => one !== '-' && md5(contentOf(one)) === md5(content));
  assert.ok(id !== undefined, `${key} has other content than ${ids}`);
  assert.equal(object.etag, md5(content), `${key} has the attributes of other content`);
  return id;
}

for (const kind of ['objects', 'plain files'] as const) {
  test(`${kind}: ${KILLS} kills lose nothing acknowledged and show nothing partial`, async (t) => {
    const dir = temporaryFolder(t);
    const dataDir = join(dir, 'data');
    const folder = kind === 'objects' ? '' : join(dir, 'files');
    const options = { dataDir, ...(folder !== '' && { folders: { bucket: folder } }) };
    if (folder !== '') mkdirSync(folder);
    const first = await openBuckets(options);
    if (folder === '') await first.create('bucket', 'eu-west-1');
    await first.close();
    let known: ReadonlyMap<string, string> = new Map();
    const seed = randomInt(1e6);
    t.diagnostic(`seed ${seed}`);
    for (let round = 0; round < KILLS; round++) {
      const output = await changeAndKill(t, [dataDir, folder, 'bucket', String(seed + round)]);
      const ids = possibleIds(output, known);
      assert.ok(ids.size > 0, 'something was changed');
      const buckets = await openBuckets(options);
      const bucket = buckets.find('bucket');
      assert.ok(bucket);
      const found = new Map<string, string>();
      for (const [key, possible] of ids) found.set(key, await idOf(bucket, key, possible));
      const listed: string[] = [];
      for await (const entry of bucket.entries({ prefix: '' }))
        if (entry.kind === 'object') listed.push(entry.object.key);
      assert.deepEqual(listed.sort(), [...found.keys()].filter((key) => found.get(key) !== '-').sort());
      for (const upload of await bucket.uploads.list()) await bucket.uploads.abort(upload);
      assert.deepEqual(readdirSync(join(dataDir, folder === '' ? 'bucket' : '.folders/bucket', 'partial')), []);
      await buckets.close();
      known = found;
    }
  });
}
