// Jobs whose data are in buckets of this machine, without a server. `npm run build` first.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { create, extract } from 'tar';
import type { Bucket } from '../../src/buckets/buckets.ts';
import { guestBuckets } from '../../src/buckets/guest-buckets.ts';
import { openBuckets } from '../../src/buckets/open-buckets.ts';
import { runTrainingJob } from '../../src/local/run-training-job.ts';
import { get, listed, put } from '../support/buckets/objects.ts';
import { channel, makeWorkplace, requestOf } from '../support/run-job-command.ts';

/** A data folder with a bucket that no process serves. */
async function unservedBucket(t: TestContext): Promise<{ readonly dataDir: string; readonly bucket: Bucket }> {
  const { dir } = makeWorkplace(t);
  const dataDir = join(dir, 'buckets');
  const buckets = await openBuckets({ dataDir });
  await buckets.create('local', 'eu-west-1');
  await buckets.close();
  const bucket = guestBuckets(dataDir).find('local');
  assert.ok(bucket);
  return { dataDir, bucket };
}

const SCRIPT = `#!/bin/sh
ml=$SAGEMAKER_BASE_DIR
cat $SM_CHANNEL_FILES/one $SM_CHANNEL_FILES/sub/two $SM_CHANNEL_LISTED/* > $SM_MODEL_DIR/read
cat $ml/input/data/pipe_0 >> $SM_MODEL_DIR/read
cat $ml/checkpoints/before >> $SM_MODEL_DIR/read
{ echo changed > $SM_CHANNEL_FILES/one; chmod 777 $SM_CHANNEL_FILES/one; rm $SM_CHANNEL_FILES/sub/two; } 2>/dev/null
echo after > $ml/checkpoints/after; rm $ml/checkpoints/before
echo o > $SM_OUTPUT_DATA_DIR/o
`;

test('channels, source, checkpoints and outputs are in a bucket of this machine that no server serves', async (t) => {
  const { dataDir, bucket } = await unservedBucket(t);
  const workplace = makeWorkplace(t);
  workplace.write('src/train.sh', SCRIPT);
  const archive = join(workplace.dir, 'source.tar.gz');
  await create({ file: archive, gzip: true, cwd: join(workplace.dir, 'src') }, ['train.sh']);
  const writer = await bucket.write();
  await writer.write(readFileSync(archive));
  await writer.commit('code/source.tar.gz', {
    ...{ etag: 'x', checksum: undefined, headers: {}, userMetadata: {}, tags: [], parts: undefined },
  });
  await put(bucket, 'data/one', 'one\n');
  await put(bucket, 'data/sub/two', 'two\n');
  await put(bucket, 'manifest', JSON.stringify([{ prefix: 's3://local/data/' }, 'one']));
  await put(bucket, 'checkpoints/before', 'before\n');
  const request = requestOf({
    AlgorithmSpecification: { TrainingImage: 'optml', TrainingInputMode: 'File' },
    HyperParameters: {
      sagemaker_program: 'train.sh',
      sagemaker_submit_directory: '"s3://local/code/source.tar.gz"',
    },
    InputDataConfig: [
      channel('files', 's3://local/data/'),
      channel('listed', 's3://local/manifest', { S3DataType: 'ManifestFile' }),
      channel('pipe', 's3://local/data/one', {}, { InputMode: 'Pipe' }),
    ],
    CheckpointConfig: { S3Uri: 's3://local/checkpoints' },
    OutputDataConfig: { S3OutputPath: 's3://local/out/' },
  });
  const { record, error } = await runTrainingJob(request, {
    // Nothing listens there.
    variables: {
      ...{ PATH: process.env['PATH'], HOME: workplace.dir, OPTML_HOME: join(workplace.dir, 'home') },
      ...{ AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_REGION: 'eu-west-1' },
      ...{ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
    },
    baseDir: workplace.dir,
    engine: 'process',
    passCredentials: true,
    localBuckets: dataDir,
  });
  assert.equal(error, undefined);
  assert.equal(record.TrainingJobStatus, 'Completed', JSON.stringify(record.FailureReason));
  assert.deepEqual(record.ModelArtifacts, { S3ModelArtifacts: 's3://local/out/job/output/model.tar.gz' });
  const model = join(workplace.dir, 'model.tar.gz');
  const object = await bucket.open('out/job/output/model.tar.gz');
  assert.ok(object);
  writeFileSync(model, await buffer(object.read()));
  await extract({ file: model, cwd: workplace.dir });
  assert.equal(workplace.read('read'), 'one\ntwo\none\none\nbefore\n');
  // The job cannot have changed the objects that it was given.
  assert.deepEqual([await get(bucket, 'data/one'), await get(bucket, 'data/sub/two')], ['one\n', 'two\n']);
  assert.deepEqual(await listed(bucket, { prefix: 'checkpoints/' }), ['checkpoints/after']);
  assert.deepEqual(await listed(bucket, { prefix: 'out/' }), [
    'out/job/output/model.tar.gz',
    'out/job/output/output.tar.gz',
  ]);
  assert.deepEqual(readdirSync(join(dataDir, 'local', 'partial')), []);
});
