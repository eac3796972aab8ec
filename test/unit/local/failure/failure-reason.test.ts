import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { decisiveFailure, failureReason, readFailureText } from '../../../../src/local/failure/failure-reason.ts';
import { temporaryFolder } from '../../../support/job.ts';

const end = (exitCode: number, isOutOfMemory = false) => ({ exitCode, isOutOfMemory });

test('a host that succeeded has no failure, whatever it left in its file', () => {
  assert.equal(failureReason(end(0), 'old text'), undefined);
});

test('the text of the failure file follows the class; without one it is the exit code', () => {
  assert.equal(failureReason(end(1), 'my words'), 'AlgorithmError: my words');
  assert.equal(failureReason(end(3), undefined), 'AlgorithmError: , exit code: 3');
  assert.equal(failureReason(end(3), ''), 'AlgorithmError: , exit code: 3');
});

test('a host that the kernel killed for its memory is the user’s matter', () => {
  assert.equal(
    failureReason(end(137, true), 'text'),
    'ClientError: Please use an instance type with more memory, or reduce the size of job data processed on an instance.',
  );
});

test('a host whose rank only lost a peer is replaced by the host of that peer', () => {
  const failure = (message: string) => ({
    ...{ host: 'algo-2', end: end(1) },
    text: `ExecuteUserScriptError:\nExitCode 1\nErrorMessage "${message}"\nCommand "torchrun"`,
  });
  const lost = failure('rank 0 on algo-1: RuntimeError: Connection closed by peer [10.0.0.2]:1234');
  const own = failure('rank 3 on algo-2: ValueError: bad batch (train.py, line 6)');
  const ownStopped = failure('stopped by SIGTERM\nrank 3 on algo-2: ValueError: bad batch (train.py, line 6)');
  const stopped = failure('stopped by SIGTERM\nSignalException: Process 7 got signal: 15');
  const silent = { host: 'algo-3', end: end(1), text: undefined };
  assert.equal(
    decisiveFailure(lost, () => [silent, stopped, own]),
    own,
  );
  assert.equal(
    decisiveFailure(lost, () => [ownStopped]),
    ownStopped,
  );
  assert.equal(
    decisiveFailure(lost, () => [silent, stopped, lost]),
    lost,
  );
  for (const first of [own, stopped, silent]) assert.equal(decisiveFailure(first, assert.fail), first);
});

test('a host that lost another host is replaced by that one, with or without a failure file', () => {
  const failure = (host: string, text: string | undefined) => ({ host, end: end(1), text });
  const lost = failure(
    'algo-2',
    'InfrastructureError HOSTS_LOST: host algo-3 is lost: it ended the connection\nWhere: …',
  );
  const lostFirst = failure('algo-2', 'InfrastructureError HOSTS_LOST: the first host, algo-1, is lost: it is silent');
  const refused = failure('algo-2', 'InfrastructureError HOSTS_LOST: the first host, algo-1, gave up: it was stopped');
  const first = failure('algo-1', 'InfrastructureError START_FAILED: mpirun cannot reach algo-2');
  const killed = failure('algo-3', undefined);
  for (const each of [lostFirst, refused])
    assert.equal(
      decisiveFailure(each, () => [killed, first]),
      first,
    );
  assert.equal(
    decisiveFailure(lost, () => [first, killed]),
    killed,
  );
  assert.equal(
    decisiveFailure(lost, () => [first, failure('algo-3', lostFirst.text)]),
    lost,
  );
});

test('a host that could not be started tells why', () => {
  assert.equal(
    failureReason({ ...end(127), startError: 'no program /train in the image' }, undefined),
    'ClientError: no program /train in the image',
  );
});

test('a reason has 1024 characters at most, none of them half', () => {
  assert.equal(failureReason(end(1), 'x'.repeat(5000))?.length, 1024);
  const emoji = failureReason(end(1), `x${'😀'.repeat(2000)}`) ?? '';
  assert.equal(emoji.length, 1023);
  assert.ok(emoji.isWellFormed());
});

function mlFolder(t: TestContext): string {
  const dir = join(temporaryFolder(t), 'ml');
  mkdirSync(join(dir, 'output'), { recursive: true });
  return dir;
}

test('only the start of a failure file is read, bytes that are no UTF-8 included', (t) => {
  const dir = mlFolder(t);
  assert.equal(readFailureText(dir), undefined);
  writeFileSync(join(dir, 'output', 'failure'), Buffer.concat([Buffer.from([0xff]), Buffer.alloc(10 << 20, 'a')]));
  assert.equal(readFailureText(dir), `\ufffd${'a'.repeat(4095)}`);
});

test('neither a link out of the folder nor a FIFO is read', (t) => {
  const linked = mlFolder(t);
  symlinkSync('/etc/passwd', join(linked, 'output', 'failure'));
  assert.equal(readFailureText(linked), undefined);
  const piped = mlFolder(t);
  execFileSync('mkfifo', [join(piped, 'output', 'failure')]);
  assert.equal(readFailureText(piped), undefined);
});

test('an engine that fails while a host runs is the platform’s failure', () => {
  const reason = failureReason({ ...end(137), engineError: 'docker does not answer' }, 'text');
  assert.equal(reason, 'InternalServerError: docker does not answer');
});
