import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { makeJob, runJob, startTrain } from '../support/job.ts';
import { shellJob } from '../support/processes.ts';
import { QUICK_RETRIES, startS3 } from '../support/s3.ts';
import { listTar } from '../support/tar.ts';

const SAVES = 'echo weights > "$SM_MODEL_DIR/weights"; echo plot > "$SM_OUTPUT_DATA_DIR/plot.txt"';
const TWO_HOSTS = ['algo-1', 'algo-2'];

const s3 = await startS3({ after });

describe('artifacts that go to S3', { concurrency: 2 }, () => {
  const to = (key: string, more: NodeJS.ProcessEnv = {}) => ({
    ...s3.variables,
    OPTML_PACKAGE: 'always',
    OPTML_MODEL_ARCHIVE: `s3://bucket/${key}`,
    ...more,
  });

  test('are packed, uploaded, and gone from the disk', async (t) => {
    const result = await runJob(t, shellJob(SAVES), to('one/model.tar.gz'));
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(await s3.keys('one/'), ['one/model.tar.gz', 'one/output.tar.gz']);
    assert.deepEqual(listTar(await s3.get('one/model.tar.gz')), ['weights']);
    assert.deepEqual(listTar(await s3.get('one/output.tar.gz')), ['plot.txt']);
    assert.match(result.stderr, /Uploaded to s3:\/\/bucket\/one\/model\.tar\.gz \(\d+ bytes\)/);
    assert.deepEqual(readdirSync(join(result.base, 'output')).sort(), ['data', 'success']);
  });

  test('a key that ends in a slash is the folder of the model', async (t) => {
    const result = await runJob(t, shellJob('exit 0'), to('folder/'));
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(await s3.keys('folder/'), ['folder/model.tar.gz'], 'without output data no other archive');
    assert.deepEqual(listTar(await s3.get('folder/model.tar.gz')), []);
  });

  test('each host has an archive of its own where the name holds {host}', async (t) => {
    for (const host of TWO_HOSTS) {
      const job = shellJob(`echo ${host} > "$SM_MODEL_DIR/${host}"`, {
        resourceConfig: { current_host: host, hosts: TWO_HOSTS },
      });
      const result = await runJob(t, job, to('each/model-{host}.tar.gz', { SM_STUDIO_LOCAL_MODE: 'true' }));
      assert.equal(result.code, 0, result.stderr);
      assert.deepEqual(listTar(await s3.get(`each/model-${host}.tar.gz`)), [host]);
    }
  });

  test('without {host} the first host uploads alone, and another reports it', async (t) => {
    const job = shellJob(SAVES, { resourceConfig: { current_host: 'algo-2', hosts: TWO_HOSTS } });
    const result = await runJob(t, job, to('first/model.tar.gz', { SM_STUDIO_LOCAL_MODE: 'true' }));
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(await s3.keys('first/'), []);
    assert.match(result.stderr, /only algo-1 uploads to s3:\/\/bucket\/first\/model\.tar\.gz\. Put \{host\} into/);
    assert.ok(existsSync(join(result.base, 'model', 'weights')));
  });

  test('a bucket that is not there ends the job before the program runs', async (t) => {
    const result = await runJob(t, shellJob('echo must not run'), {
      ...to(''),
      OPTML_MODEL_ARCHIVE: 's3://no-such-bucket/model.tar.gz',
    });
    assert.equal(result.code, 1);
    assert.equal(result.stdout, '');
    assert.match(result.failure ?? '', /^UserError S3_NOT_FOUND: .*no-such-bucket/);
    assert.match(result.failure ?? '', /^Fix: /m);
  });

  test('an upload that fails is a failed job, and the archive is kept', async (t) => {
    const own = await startS3(t);
    const base = makeJob(
      t,
      shellJob(`${SAVES}; echo ready; while [ ! -e "$SAGEMAKER_BASE_DIR/go" ]; do sleep 0.05; done`),
    );
    const job = startTrain(t, base, { ...to('model.tar.gz'), ...own.variables });
    await job.seen('ready');
    await own.removeBucket();
    writeFileSync(join(base, 'go'), 'go\n');
    const result = await job.ended;
    assert.equal(result.code, 1);
    assert.equal(result.isSuccess, false);
    assert.match(
      result.failure ?? '',
      /^UserError S3_NOT_FOUND: .*bucket.*the archive is kept at \S+\/output\/model\.tar\.gz/,
    );
    assert.deepEqual(readdirSync(join(base, 'output')).sort(), ['data', 'failure', 'model.tar.gz', 'output.tar.gz']);
  });

  test('S3 that does not answer at the start is a warning', async (t) => {
    const noServer = 'http://127.0.0.1:9';
    const variables = { ...to('model.tar.gz'), S3_ENDPOINT_URL: noServer, AWS_ENDPOINT_URL_S3: noServer };
    const result = await runJob(t, shellJob('echo runs; exit 3'), variables, QUICK_RETRIES);
    assert.equal(result.code, 3);
    assert.equal(result.stdout, 'runs\n');
    assert.match(result.stderr, /that cannot be checked now: /);
  });
});
