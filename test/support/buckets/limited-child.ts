// Replaces an object by one of 5 MB, then by a small one, in a process that may write small files only:
// node … limited-child.ts DATA-DIR BUCKET KEY. Prints the error of the first write and the ETag of the second.
import { openBuckets } from '../../../src/buckets/open-buckets.ts';
import { OptmlError } from '../../../src/errors/error.ts';
import { put } from './objects.ts';

const [, , dataDir = '', name = '', key = ''] = process.argv;
const buckets = await openBuckets({ dataDir });
const bucket = buckets.find(name);
if (bucket === undefined) throw new Error(`there is no bucket ${name}`);
const error = await put(bucket, key, 'x'.repeat(5_000_000)).then(
  () => 'no error',
  (thrown) => (thrown instanceof OptmlError ? `${thrown.code} ${thrown.message}` : String(thrown)),
);
const { size } = (await bucket.head(key)) ?? {};
const { etag } = await put(bucket, 'small', 'small');
process.stdout.write(JSON.stringify({ error, size, etag }));
await buckets.close();
