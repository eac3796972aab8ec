// Ctrl-C while `optml submit` follows a job, and while it uploads.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { startScriptedCloud } from '../support/scripted-cloud.ts';
import { optml, startOptml, startSubmitPlace } from '../support/submit-place.ts';

test('Ctrl-C detaches from the job, which goes on', async (t) => {
  const place = await startSubmitPlace(t, { program: 'wait.py' });
  const submit = startOptml(t, place, ['submit', 'job.json']);
  await submit.shows('stdout', 'waiting');
  submit.child.kill('SIGINT');
  await submit.shows('stderr', 'Press Ctrl-C again within 2 s to stop the job; it goes on otherwise.');
  const { code, stderr } = await submit.end();
  assert.equal(code, 130);
  assert.match(stderr, /Detached from job first, which goes on\.\n {2}attach: optml attach first\n {2}stop: /);
  assert.match((await optml(place, ['describe', 'first', '--cloud'])).stdout, /^Status: +InProgress/m);
});

test('a second Ctrl-C within two seconds stops the job, and its end is shown', async (t) => {
  const place = await startSubmitPlace(t, { program: 'wait.py' });
  const submit = startOptml(t, place, ['submit', 'job.json']);
  await submit.shows('stdout', 'waiting');
  submit.child.kill('SIGINT');
  await submit.shows('stderr', 'Press Ctrl-C again');
  submit.child.kill('SIGINT');
  const { code, stderr } = await submit.end();
  assert.equal(code, 3, stderr);
  assert.match(stderr, /Stopping the job\. Press Ctrl-C again to detach\./);
  assert.match(stderr, /^Job first: Stopped after/m);
});

test('SIGTERM detaches immediately', async (t) => {
  const place = await startSubmitPlace(t, { program: 'wait.py' });
  const submit = startOptml(t, place, ['submit', 'job.json']);
  await submit.shows('stdout', 'waiting');
  submit.child.kill('SIGTERM');
  const { code, stderr } = await submit.end();
  assert.equal(code, 143);
  assert.match(stderr, /Detached from job first, which goes on\./);
});

/** A server that accepts requests, and answers none. */
async function silentServer(t: TestContext): Promise<{ readonly url: string; readonly asked: Promise<unknown> }> {
  const silent = createServer();
  t.after(() => silent.closeAllConnections());
  t.after(() => silent.close());
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  return { url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`, asked: once(silent, 'request') };
}

test('Ctrl-C while the job is created waits for the answer, and a second one ends the command', async (t) => {
  const place = await startSubmitPlace(t);
  let onCreate = () => {};
  const created = new Promise<void>((resolve) => {
    onCreate = resolve;
  });
  const cloud = await startScriptedCloud(t, {
    faultOf: ({ operation }) => {
      if (operation !== 'CreateTrainingJob') return undefined;
      onCreate();
      return { type: 'hang' };
    },
  });
  const submit = startOptml(t, place, ['submit', 'job.json'], { AWS_ENDPOINT_URL_SAGEMAKER: cloud.url });
  await created;
  submit.child.kill('SIGINT');
  await submit.shows('stderr', 'Press Ctrl-C again to end without it: the job may exist then.');
  assert.equal(submit.child.exitCode, null);
  submit.child.kill('SIGINT');
  await submit.end();
  assert.equal(submit.child.signalCode, 'SIGINT');
});

test('Ctrl-C while the model is downloaded ends the download', async (t) => {
  const place = await startSubmitPlace(t);
  assert.equal((await optml(place, ['submit', 'job.json'])).code, 0);
  const { url, asked } = await silentServer(t);
  const attach = startOptml(t, place, ['attach', 'first', '--download'], { AWS_ENDPOINT_URL_S3: url });
  await asked;
  attach.child.kill('SIGINT');
  const { code, stderr } = await attach.end();
  assert.equal(code, 130, stderr);
  assert.match(stderr, /The download was stopped\. Start it again: optml attach first --download\n$/);
});

test('Ctrl-C during the upload says that there is no job', async (t) => {
  const place = await startSubmitPlace(t);
  const { url, asked } = await silentServer(t);
  const submit = startOptml(t, place, ['submit', 'job.json'], { AWS_ENDPOINT_URL_S3: url });
  await asked;
  submit.child.kill('SIGINT');
  const { code, stderr } = await submit.end();
  assert.equal(code, 130, stderr);
  assert.match(stderr, /STOPPED: stopped before the job was created: there is no job\nFix: Run the same command again/);
  assert.match((await optml(place, ['describe', 'first', '--cloud'])).stderr, /JOB_NOT_FOUND/);
});
