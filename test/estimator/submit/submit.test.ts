// `optml submit` as a process, at a local endpoint that runs real jobs.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { optml, startSubmitPlace, writeJob } from '../support/submit-place.ts';

test('a job is uploaded, followed and downloaded, and ends with its exit code', async (t) => {
  const place = await startSubmitPlace(t);
  const first = await optml(place, ['submit', 'job.json', '--download']);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /^loss=0\.5;$/m, 'lines of the job are on standard output');
  assert.match(first.stderr, /Warning: Artifacts go to s3:\/\/sagemaker-us-east-1-\d{12}\/optml\/first\/output/);
  assert.match(first.stderr, /train: .* \(1 file of \d+ bytes sent\)/);
  assert.match(first.stderr, /^Job first created in us-east-1$/m);
  assert.match(first.stderr, /^Training$/m);
  assert.match(first.stderr, /^Job first: Completed after .* s\n {2}model {4}s3:.*\n {2}metrics {2}loss=0\.5$/m);
  assert.equal(readFileSync(join(place.dir, 'optml-output/first/model/model.txt'), 'utf8'), 'a,b\n');
  const again = await optml(place, ['submit', 'job.json', '--download=fetched']);
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stderr, /train: .* \(nothing sent, 1 file of \d+ bytes there already\)/);
  assert.match(again.stderr, /^Job first-\d{4}(?:-\d{2}){5}-\d{3} \(the name first is taken\) created in us-east-1$/m);
  assert.ok(existsSync(join(place.dir, 'fetched/model.txt')));
  const exact = await optml(place, ['submit', 'job.json', '--name', 'first']);
  assert.equal(exact.code, 2);
  assert.match(exact.stderr, /JOB_NAME_IN_USE: a job named "first" exists in us-east-1/);
});

test('--detach prints the name, and other commands follow, describe and stop the job', async (t) => {
  const place = await startSubmitPlace(t, { program: 'wait.py' });
  const detached = await optml(place, ['submit', 'job.json', '--detach']);
  assert.equal(detached.code, 0, detached.stderr);
  assert.equal(detached.stdout, 'first\n');
  assert.match(detached.stderr, /attach: optml attach first\n {2}stop: {3}optml stop first --cloud\n$/);
  const described = await optml(place, ['describe', 'first', '--cloud']);
  assert.match(described.stdout, /^Status: +InProgress/m);
  assert.match(described.stdout, /^Instances: +1 x ml\.m5\.large$/m);
  assert.equal(
    JSON.parse((await optml(place, ['describe', 'first', '--cloud', '--json'])).stdout).TrainingJobName,
    'first',
  );
  const stopped = optml(place, ['stop', 'first', '--cloud', '--wait']);
  const attached = await optml(place, ['attach', 'first']);
  assert.equal(attached.code, 3, attached.stderr);
  assert.match(attached.stderr, /^Job first: Stopped after/m);
  assert.equal((await stopped).stdout, 'first: Stopped\n');
  const logs = await optml(place, ['logs', 'first', '--cloud', '--host', 'algo-1']);
  assert.match(logs.stdout, /^waiting$/m);
  const unknown = await optml(place, ['attach', 'none']);
  assert.match(unknown.stderr, /JOB_NOT_FOUND: there is no training job "none"/);
});

test('a failed job ends with 1 and the reason', async (t) => {
  const place = await startSubmitPlace(t, { program: 'fail.py' });
  const { code, stderr } = await optml(place, ['submit', 'job.json', '--download']);
  assert.equal(code, 1, stderr);
  assert.match(stderr, /^Job first: Failed after .* s\n {2}reason {3}ValueError: no such column/m);
  assert.match(stderr, /The job left no model to download/);
});

test('lines of several hosts have the names of their hosts', async (t) => {
  const place = await startSubmitPlace(t);
  const { code, stdout, stderr } = await optml(place, ['submit', 'job.json', '--instances', '2']);
  assert.equal(code, 0, stderr);
  for (const host of ['algo-1', 'algo-2']) assert.match(stdout, new RegExp(`^${host} \\| loss=0\\.5;$`, 'm'));
});

test('--dry-run prints the request with masked secrets and the uploads, and sends nothing', async (t) => {
  const place = await startSubmitPlace(t);
  const tags = [{ Key: 'team', Value: 'vision' }];
  writeJob(place.dir, { Tags: tags });
  const args = [
    'submit',
    'job.json',
    '--dry-run',
    '--hp',
    'api_key=sk-secret-12345678',
    '--env',
    'DB_PASSWORD=hunter-2-x',
  ];
  const { code, stdout, stderr } = await optml(place, args);
  assert.equal(code, 0, stderr);
  const request = JSON.parse(stdout);
  assert.deepEqual(request.Tags, tags, 'a tag is no secret');
  assert.equal(request.HyperParameters.api_key, '******');
  assert.equal(request.Environment.DB_PASSWORD, '******');
  assert.match(
    request.InputDataConfig[0].DataSource.S3DataSource.S3Uri,
    /^s3:\/\/sagemaker-us-east-1-\d{12}\/optml\/uploads\/train\//,
  );
  assert.match(stderr, /train: .* \(1 file of \d+ bytes to send\)/);
  assert.doesNotMatch(stdout + stderr, /sk-secret|hunter-2/);
  assert.match((await optml(place, ['describe', 'first', '--cloud'])).stderr, /JOB_NOT_FOUND/);
  assert.match((await optml(place, args)).stderr, /train: .* \(1 file of \d+ bytes to send\)/, 'nothing is there');
});

test('the configured bucket is created at an endpoint on this machine, one of the command line is not', async (t) => {
  const place = await startSubmitPlace(t);
  const configured = { ...place, variables: { ...place.variables, OPTML_BUCKET: 'configured-bucket' } };
  const done = await optml(configured, ['submit', 'job.json']);
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stderr, /^ {2}model +s3:\/\/configured-bucket\//m);
  const misspelt = await optml(place, ['submit', 'job.json', '--bucket', 'misspelt-bucket']);
  assert.equal(misspelt.code, 2);
  assert.match(misspelt.stderr, /S3_NOT_FOUND: s3:\/\/misspelt-bucket: the bucket does not exist/);
});
