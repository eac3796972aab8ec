// Programs that synchronise and mount buckets: the AWS CLI with many files, rclone and s3fs as Debian has them.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { openBuckets } from '../../src/buckets/open-buckets.ts';
import { temporaryFolder } from '../support/job.ts';
import { KEYS, s3Endpoint } from '../support/s3-endpoint.ts';

const Bucket = 'program-bucket';
const FILES = 20_000;
const AWS = [
  join(process.env['OPTML_CLIENTS_CACHE'] ?? join(homedir(), '.cache', 'optml-clients'), 'v2', 'bin', 'aws'),
  '/usr/bin/aws',
].find((file) => existsSync(file));

const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** An endpoint with a bucket, and a function that runs programs which find it. */
async function programEndpoint(t: TestContext) {
  const buckets = await openBuckets({ dataDir: temporaryFolder(t) });
  const endpoint = await s3Endpoint(t, { buckets });
  await endpoint.client().send(new CreateBucketCommand({ Bucket }));
  const home = temporaryFolder(t);
  const { accessKeyId, secretAccessKey } = KEYS;
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWSACCESSKEYID: accessKeyId,
    AWSSECRETACCESSKEY: secretAccessKey,
    RCLONE_CONFIG: join(home, 'rclone.conf'),
    RCLONE_CONFIG_L_TYPE: 's3',
    RCLONE_CONFIG_L_PROVIDER: 'Other',
    RCLONE_CONFIG_L_ENDPOINT: endpoint.url,
    RCLONE_CONFIG_L_REGION: 'us-east-1',
    RCLONE_CONFIG_L_ENV_AUTH: 'true',
    RCLONE_RETRIES: '1',
  };
  writeFileSync(env.RCLONE_CONFIG, '');
  const run = async (program: string, words: readonly string[]) =>
    (await promisify(execFile)(program, [...words], { env, maxBuffer: 64 * 1024 * 1024 })).stdout;
  return { endpoint, home, run };
}

function sumsOf(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1)).sort();
  return Object.fromEntries(
    paths.map((path) => [
      path,
      createHash('md5')
        .update(readFileSync(join(folder, path)))
        .digest('hex'),
    ]),
  );
}

test(`aws s3 sync copies ${FILES} files up and down, and finds nothing to do again`, {
  skip: AWS === undefined,
}, async (t) => {
  const { endpoint, home, run } = await programEndpoint(t);
  const tree = join(home, 'tree');
  for (let index = 0; index < FILES; index += 1) {
    const folder = join(tree, `d${index % 40}`);
    if (index < 40) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file ${index}+ü`), `content ${index}`);
  }
  const aws = (...words: string[]) => run(String(AWS), ['--endpoint-url', endpoint.url, 's3', ...words]);
  await aws('sync', tree, `s3://${Bucket}/t`, '--quiet');
  assert.equal(await aws('sync', tree, `s3://${Bucket}/t`, '--dryrun'), '');
  const back = join(home, 'back');
  await aws('sync', `s3://${Bucket}/t`, back, '--quiet');
  assert.deepEqual(sumsOf(back), sumsOf(tree));
  await aws('rm', '--recursive', `s3://${Bucket}/t`, '--quiet');
  await aws('rb', `s3://${Bucket}`);
});

test('rclone synchronises, checks, copies, moves and purges', { skip: !has('rclone') }, async (t) => {
  const { home, run } = await programEndpoint(t);
  const tree = join(home, 'tree');
  mkdirSync(join(tree, 'sub'), { recursive: true });
  writeFileSync(join(tree, 'a'), 'a');
  writeFileSync(join(tree, 'sub', 'b +ü c'), 'b');
  writeFileSync(join(tree, 'big'), randomBytes(30_000_000));
  const rclone = (...words: string[]) => run('rclone', words);
  const parts = ['--s3-upload-cutoff', '10M', '--s3-chunk-size', '6M', '--s3-copy-cutoff', '10M'];
  await rclone('sync', tree, `l:${Bucket}/t`, ...parts);
  await rclone('check', tree, `l:${Bucket}/t`);
  await rclone('copyto', `l:${Bucket}/t/big`, `l:${Bucket}/t/copy`, ...parts);
  await rclone('moveto', `l:${Bucket}/t/sub/b +ü c`, `l:${Bucket}/t/moved`);
  assert.deepEqual((await rclone('lsf', '-R', `l:${Bucket}/t`)).trim().split('\n').sort(), [
    'a',
    'big',
    'copy',
    'moved',
  ]);
  const back = join(home, 'back');
  await rclone('copy', `l:${Bucket}/t`, back);
  const { big = '', a = '' } = sumsOf(tree);
  const { copy, moved, ...same } = sumsOf(back);
  assert.deepEqual([same, copy, moved], [{ a, big }, big, createHash('md5').update('b').digest('hex')]);
  await rclone('purge', `l:${Bucket}`);
});

test('a bucket mounted by s3fs holds files', { skip: !has('s3fs') || !existsSync('/dev/fuse') }, async (t) => {
  const { endpoint, home, run } = await programEndpoint(t);
  const mount = join(home, 'mount');
  mkdirSync(mount);
  await run('s3fs', [
    Bucket,
    mount,
    '-o',
    `url=${endpoint.url}`,
    '-o',
    'use_path_request_style',
    '-o',
    'endpoint=us-east-1',
  ]);
  t.after(() => spawnSync('umount', ['-l', mount]));
  const content = randomBytes(25_000_000);
  writeFileSync(join(home, 'big'), content);
  // Programs of their own: a call in this process would wait for the endpoint in it.
  const script = `set -e; cd "$1"; echo hello > a; mkdir dir; cp ../big dir/big; mv a dir/moved; echo more >> dir/moved
    chmod 600 dir/moved; cat dir/moved; cmp ../big dir/big; ls dir; rm dir/moved; ls dir`;
  assert.equal(await run('sh', ['-c', script, 'sh', mount]), 'hello\nmore\nbig\nmoved\nbig\n');
  await run('umount', [mount]);
  rmSync(mount, { recursive: true });
});
