// What `startEndpoint` of `optml/endpoint` refuses before it opens anything: programs in JavaScript have no compiler.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type EndpointOptions, startEndpoint } from '../../../src/endpoint/index.ts';
import { isOptmlError } from '../../../src/errors/error.ts';
import { temporaryFolder } from '../../support/job.ts';

/** Starts an endpoint with these options, which must be refused, and returns the error. */
async function refusal(t: TestContext, options: object, home = temporaryFolder(t)) {
  const given = { dataDir: join(home, 'data'), ...options, variables: { OPTML_HOME: home } } as EndpointOptions;
  const outcome = await startEndpoint(given).catch((error: unknown) => error);
  if (typeof outcome === 'object' && outcome !== null && 'close' in outcome) {
    await (outcome as { close(): Promise<void> }).close();
  }
  assert.ok(isOptmlError(outcome), `accepted: ${JSON.stringify(options)}, or ${String(outcome)}`);
  return outcome;
}

test('options of wrong types and ranges are refused by name', async (t) => {
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ port: -1 }, /option `port` to be a whole number from 0 to 65535, got -1/],
    [{ port: 1.5 }, /`port`/],
    [{ host: '' }, /`host`/],
    [{ dataDir: 5 }, /option `dataDir` to be a string, got 5/],
    [{ buckets: { 'my-files': '' } }, /`buckets\.my-files`/],
    [{ jobs: { engine: 'rocket' } }, /`engine`/],
    [{ jobs: { pull: 'often' } }, /`pull`/],
    [{ jobs: { parallel: 0 } }, /option `parallel` to be a whole number from 1 on, got 0/],
    [{ jobs: { stopGraceSeconds: -1 } }, /`stopGraceSeconds`/],
    [{ jobs: { images: 'x' } }, /`images`/],
  ];
  for (const [options, message] of wrong) {
    const error = await refusal(t, options);
    assert.equal(error.code, 'USAGE', JSON.stringify(options));
    assert.match(error.message, message);
  }
});

test('a folder is served only under a name that S3 allows', async (t) => {
  const home = temporaryFolder(t);
  for (const name of ['A_B', 'ab', 'a..b', '1.2.3.4', '../../outside']) {
    const error = await refusal(t, { dataDir: join(home, 'a', 'b'), buckets: { [name]: home } }, home);
    assert.equal(error.code, 'USAGE', name);
    assert.match(error.message, /cannot be the name of a bucket/);
  }
  assert.ok(!existsSync(join(home, 'a')));
});

test('a file in place of a folder is named as such', async (t) => {
  const home = temporaryFolder(t);
  const file = join(home, 'file');
  writeFileSync(file, '');
  mkdirSync(join(home, 'files'));
  const bucket = await refusal(t, { buckets: { 'my-files': file } });
  assert.match(bucket.message, /the folder of bucket my-files is not a folder/);
  const data = await refusal(t, { dataDir: file });
  assert.equal(data.code, 'DESTINATION_INVALID');
  assert.match(data.message, /the path of the buckets is a file/);
});
