// Jobs of `optml run` whose data are in S3: a real server in memory. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { create, extract } from 'tar';
import { channel, HOST_OF_SCRIPT, hosts, makeWorkplace, requestOf, unrecorded } from '../support/run-job-command.ts';
import { startS3 } from '../support/s3.ts';

test('channels, source, checkpoints and outputs are in S3, and the hosts have no credentials', async (t) => {
  const s3 = await startS3(t);
  const workplace = makeWorkplace(t);
  workplace.write(
    'src/train.sh',
    `#!/bin/sh
cat $SM_CHANNEL_TRAINING/one $SM_CHANNEL_TRAINING/sub/two; cat $SAGEMAKER_BASE_DIR/input/data/pipe_0
cat $SAGEMAKER_BASE_DIR/checkpoints/before; echo after > $SAGEMAKER_BASE_DIR/checkpoints/after
rm $SAGEMAKER_BASE_DIR/checkpoints/before
echo m > $SM_MODEL_DIR/m; echo o > $SM_OUTPUT_DATA_DIR/o; echo "keys: $(env | grep -c AWS_SECRET)"
echo "$SM_MODULE_DIR$OPTML_FETCHED_SOURCE"
`,
  );
  const archive = join(workplace.dir, 'source.tar.gz');
  await create({ file: archive, gzip: true, cwd: join(workplace.dir, 'src') }, ['train.sh']);
  await s3.put('code/source.tar.gz', readFileSync(archive));
  await s3.put('data/one', 'one\n');
  await s3.put('data/sub/two', 'two\n');
  await s3.put('checkpoints/before', 'before\n');
  workplace.writeJob(
    requestOf({
      AlgorithmSpecification: { TrainingImage: 'optml', TrainingInputMode: 'File' },
      HyperParameters: {
        sagemaker_program: 'train.sh',
        sagemaker_submit_directory: '"s3://bucket/code/source.tar.gz"',
      },
      InputDataConfig: [
        channel('training', 's3://bucket/data/'),
        channel('pipe', 's3://bucket/data/one', {}, { InputMode: 'Pipe' }),
      ],
      CheckpointConfig: { S3Uri: 's3://bucket/checkpoints' },
      OutputDataConfig: { S3OutputPath: 's3://bucket/out/' },
    }),
  );
  const { code, stdout, stderr } = await workplace.run([], s3.variables);
  assert.equal(code, 0, stderr);
  assert.ok(stdout.includes('one\ntwo\none\nbefore\nkeys: 0\ns3://bucket/code/source.tar.gz\n'), stdout);
  assert.doesNotMatch(stdout, /does not copy/);
  assert.deepEqual(await s3.keys('checkpoints/'), ['checkpoints/after']);
  assert.deepEqual(await s3.keys('out/'), ['out/job/output/model.tar.gz', 'out/job/output/output.tar.gz']);
  const { ModelArtifacts, outputs } = workplace.record();
  assert.deepEqual(ModelArtifacts, { S3ModelArtifacts: 's3://bucket/out/job/output/model.tar.gz' });
  assert.deepEqual(outputs, ['s3://bucket/out/job/output/output.tar.gz']);
  const model = join(workplace.dir, 'model.tar.gz');
  writeFileSync(model, (await s3.get('out/job/output/model.tar.gz')) ?? '');
  await extract({ file: model, cwd: workplace.dir });
  assert.equal(workplace.read('m'), 'm\n');
  assert.deepEqual(workplace.leftIn(), []);
});

test('uncompressed outputs are objects, of all hosts', async (t) => {
  const s3 = await startS3(t);
  const workplace = makeWorkplace(t, `mkdir $ml/model/d; echo $$ > $ml/model/d/${HOST_OF_SCRIPT}`, {
    ...hosts(2),
    OutputDataConfig: { S3OutputPath: 's3://bucket', CompressionType: 'NONE' },
  });
  const { code, stderr } = await workplace.run([], s3.variables);
  assert.equal(code, 0, stderr);
  assert.deepEqual(await s3.keys(), ['job/output/model/d/algo-1', 'job/output/model/d/algo-2']);
});

test('uncompressed outputs: a warning names the links, empty folders and pipes that S3 has no objects for', async (t) => {
  const s3 = await startS3(t);
  const script = 'cd $ml/model; echo m > m; ln -s m link; mkdir -p full/empty; echo f > full/f; mkfifo pipe';
  const workplace = makeWorkplace(t, script, {
    OutputDataConfig: { S3OutputPath: 's3://bucket', CompressionType: 'NONE' },
  });
  const { code, stderr } = await workplace.run([], s3.variables);
  assert.equal(code, 0, stderr);
  assert.deepEqual(await s3.keys(), ['job/output/model/full/f', 'job/output/model/m']);
  assert.match(stderr, /^Warning: S3 has no links, which are not uploaded: link$/m);
  assert.match(stderr, /^Warning: S3 has no empty folders, which are not uploaded: full\/empty$/m);
  assert.match(stderr, /^Warning: S3 has no pipes, sockets or devices, which are not uploaded: pipe$/m);
});

test('a missing channel keeps the job from starting, and so does a missing bucket for its outputs', async (t) => {
  const s3 = await startS3(t);
  const workplace = makeWorkplace(t, 'echo m > $ml/model/m', {
    InputDataConfig: [channel('training', 's3://bucket/none')],
  });
  const missing = await workplace.run(['--json'], s3.variables);
  assert.equal(missing.code, 2, missing.stderr);
  assert.match(unrecorded(workplace, missing.stdout).FailureReason ?? '', /^ClientError: .*s3:\/\/bucket\/none/s);
  workplace.writeJob(requestOf({ TrainingJobName: 'out', OutputDataConfig: { S3OutputPath: 's3://no-bucket/x' } }));
  const lost = await workplace.run(['--json'], s3.variables);
  assert.equal(lost.code, 2, lost.stderr);
  assert.match(unrecorded(workplace, lost.stdout, 'out').FailureReason ?? '', /^ClientError: .*no-bucket/s);
  assert.doesNotMatch(lost.stderr, /\n\s+at /);
});
