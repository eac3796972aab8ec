// Changes the objects of a bucket until it is killed, and writes what it begins and what was acknowledged to standard output:
// node … changing-child.ts DATA-DIR FOLDER BUCKET ROUND. FOLDER is empty for a bucket of objects.
import { writeSync } from 'node:fs';
import type { Bucket } from '../../../src/buckets/buckets.ts';
import { openBuckets } from '../../../src/buckets/open-buckets.ts';
import { contentOf, KEYS_PER_LOOP, keyOf, LOOPS } from './killed-objects.ts';
import { attributesOf } from './objects.ts';
import { randomOf } from './random.ts';

const [, , dataDir = '', folder = '', name = '', round = ''] = process.argv;

async function changeForever(bucket: Bucket, loop: number): Promise<never> {
  const random = randomOf(Number(round) * LOOPS + loop);
  for (let step = 0; ; step++) {
    const key = keyOf(loop, random.below(KEYS_PER_LOOP));
    const id = random.below(5) === 0 ? '-' : `${round}.${loop}.${step}.${random.of([0, 10, 100_000, 3_000_000])}`;
    report('begin', key, id);
    if (id === '-') await bucket.delete(key);
    else if (random.below(4) === 0) await uploadParts(bucket, key, contentOf(id));
    else await writeObject(bucket, key, contentOf(id));
    report('end', key, id);
  }
}

function report(...words: readonly string[]): void {
  writeSync(1, `${words.join(' ')}\n`);
}

async function writeObject(bucket: Bucket, key: string, content: Buffer): Promise<void> {
  const writer = await bucket.write();
  for (let at = 0; at < content.length; at += 65_536) await writer.write(content.subarray(at, at + 65_536));
  await writer.commit(key, attributesOf(content));
}

async function uploadParts(bucket: Bucket, key: string, content: Buffer): Promise<void> {
  const upload = await bucket.uploads.begin(key, { headers: {}, userMetadata: {}, tags: [], checksum: undefined });
  const middle = Math.floor(content.length / 2);
  for (const [index, part] of [content.subarray(0, middle), content.subarray(middle)].entries()) {
    const writer = await bucket.write();
    await writer.write(part);
    await writer.commitPart(upload, index + 1, { etag: attributesOf(part).etag, checksum: undefined });
  }
  await bucket.uploads.complete(upload, await bucket.uploads.parts(upload), attributesOf(content));
}

const buckets = await openBuckets({ dataDir, ...(folder !== '' && { folders: { [name]: folder } }) });
const bucket = buckets.find(name);
if (bucket === undefined) throw new Error(`there is no bucket ${name}`);
await Promise.all(Array.from({ length: LOOPS }, (_, loop) => changeForever(bucket, loop)));
