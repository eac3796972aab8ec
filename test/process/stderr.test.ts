import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findOnPath } from '../../src/process/find-on-path.ts';
import { SUPERVISE_WAITS } from '../../src/process/supervise.ts';
import { makeJob, runJob, TRAIN, temporaryFolder, trainWith } from '../support/job.ts';
import { peakMemoryMiB, pythonJob, shellJob, waitFor } from '../support/processes.ts';

// None of our own records: CRITICAL, which optml never uses.
const SILENT = { SAGEMAKER_CONTAINER_LOG_LEVEL: '50' };
const GIBIBYTE = 1024 ** 3;
const MOST_MEMORY_MIB = 150;

const BINARY = `
import os
data = bytes(range(256)) * 4000 + b'\\xff\\xfe\\x00 no newline \\xc3'
for start in range(0, len(data), 7919):
    os.write(FD, data[start:start + 7919])
`;
const BINARY_BYTES = Buffer.concat([
  ...Array.from({ length: 4000 }, () => Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))),
  Buffer.from([0xff, 0xfe, 0x00]),
  Buffer.from(' no newline '),
  Buffer.from([0xc3]),
]);

test('standard output is untouched, byte for byte', async (t) => {
  const run = await collect(start(t, makeJob(t, pythonJob(BINARY.replaceAll('FD', '1')))));
  assert.equal(run.code, 0);
  assert.ok(run.stdout.equals(BINARY_BYTES), `${run.stdout.length} bytes of ${BINARY_BYTES.length}`);
});

test('standard error passes through byte for byte', async (t) => {
  const run = await collect(start(t, makeJob(t, pythonJob(BINARY.replaceAll('FD', '2'))), SILENT));
  assert.equal(run.code, 0);
  assert.ok(run.stderr.equals(BINARY_BYTES), `${run.stderr.length} bytes of ${BINARY_BYTES.length}`);
});

test('a failure after bytes that are not UTF-8 still gives a failure file with its message', async (t) => {
  const script = "import os, sys\nos.write(2, b'\\xff\\xfe\\x80\\n')\nsys.exit('over and out')\n";
  const base = makeJob(t, pythonJob(script));
  assert.equal((await collect(start(t, base))).code, 1);
  assert.match(readFileSync(join(base, 'output', 'failure'), 'utf8'), /ErrorMessage "over and out/);
});

test('our own records begin on a line of their own when the script did not end its last one', async (t) => {
  const run = await collect(start(t, makeJob(t, shellJob('printf oops >&2; exit 1'))));
  assert.match(run.stderr.toString(), /^oops\n.* ERROR Reporting training FAILURE$/m);
});

test('/dev/stderr can be opened by the script, which a socket could not', async (t) => {
  const run = await collect(start(t, makeJob(t, shellJob('echo one > /dev/stderr')), SILENT));
  assert.equal(run.code, 0);
  assert.equal(run.stderr.toString(), 'one\n');
});

for (const kind of ['a pipe', 'a socket'] as const) {
  test(`a gibibyte of standard error without a newline passes into ${kind} in bounded memory`, async (t) => {
    const script = `sed -n "s/^PPid:[^0-9]*//p" /proc/$PPID/status > "$SM_MODEL_DIR/train-pid"; head -c ${GIBIBYTE} /dev/zero >&2`;
    const base = makeJob(t, shellJob(script));
    const begin = performance.now();
    const child = kind === 'a socket' ? start(t, base, SILENT) : startInto(t, base, 'wc -c', SILENT);
    let count = 0;
    let text = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      count += chunk.length;
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk;
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    const pidFile = join(base, 'model', 'train-pid');
    await waitFor('the script', () => existsSync(pidFile) && readFileSync(pidFile, 'utf8').endsWith('\n'));
    const pid = Number(readFileSync(pidFile, 'utf8'));
    let peak = 0;
    for (let memory = peakMemoryMiB(pid); memory > 0; memory = peakMemoryMiB(pid)) {
      peak = memory;
      await Promise.race([sleep(20), ended]);
    }
    await ended;
    const seconds = (performance.now() - begin) / 1000;
    assert.equal(kind === 'a socket' ? count : Number(text), GIBIBYTE);
    assert.ok(peak > 10 && peak < MOST_MEMORY_MIB, `${peak} MiB`);
    t.diagnostic(`${kind}: ${Math.round(1024 / seconds)} MiB/s, train's memory at most ${Math.round(peak)} MiB`);
  });
}

for (const kind of ['a pipe', 'a socket'] as const) {
  test(`a slow reader at ${kind} gets everything in order, the last words too`, async (t) => {
    const script = 'seq 1 60000 >&2; echo last words >&2; exit 7';
    const base = makeJob(t, shellJob(script));
    const reader = `${process.execPath} -e '${SLOW_READER}'`;
    const child = kind === 'a pipe' ? startInto(t, base, reader, SILENT) : start(t, base, SILENT);
    const output = kind === 'a pipe' ? child.stdout : child.stderr;
    let text = '';
    for await (const chunk of output ?? []) {
      text += chunk;
      if (kind === 'a socket') await sleep(20);
    }
    const lines = text.split('\n');
    assert.deepEqual(lines.slice(-2), ['last words', '']);
    assert.equal(
      lines.slice(0, -2).findIndex((line, index) => line !== String(index + 1)),
      -1,
    );
    assert.equal(lines.length, 60_002);
    assert.match(readFileSync(join(base, 'output', 'failure'), 'utf8'), /ErrorMessage "last words/);
  });
}

// Reads 4 KiB at a time, with pauses.
const SLOW_READER = `
const { readSync, writeSync } = require("fs");
const buffer = Buffer.alloc(4096);
for (;;) {
  const read = readSync(0, buffer);
  if (read === 0) break;
  writeSync(1, buffer, 0, read);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4);
}`;

test('a reader that stands still delays the end by five seconds by default', () => {
  assert.equal(SUPERVISE_WAITS.stallMs, 5000);
});

test('a reader that stands still keeps neither SIGTERM from the script nor train from ending', async (t) => {
  const base = makeJob(t, pythonJob(FLOODS));
  // Opened for reading here, and never read from.
  const fifo = join(base, 'stalled');
  spawn('mkfifo', [fifo]).once('error', assert.fail);
  await waitFor('the pipe', () => existsSync(fifo));
  const readEnd = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  t.after(() => closeSync(readEnd));
  const writeEnd = openSync(fifo, constants.O_WRONLY);
  const child = start(t, base, { OPTML_STOP_GRACE_SECONDS: '30' }, writeEnd, trainWith({ stallMs: 500 }));
  closeSync(writeEnd);
  await waitFor('the flood', () => existsSync(join(base, 'model', 'ready')));
  await sleep(500);
  child.kill('SIGTERM');
  await waitFor('SIGTERM in the script', () => existsSync(join(base, 'model', 'told')), 10_000);
  assert.deepEqual(await exitOf(child), { code: 9, signal: null });
  // The banner and the beginning of the flood are all that the pipe could hold.
  assert.ok(readSync(readEnd, Buffer.alloc(1024 * 1024)) > 4096);
  assert.match(readFileSync(join(base, 'output', 'failure'), 'utf8'), /ExitCode 9\nErrorMessage "stopped by SIGTERM/);
});

test('a reader that stands still at a socket does not keep SIGTERM from the script', async (t) => {
  const base = makeJob(t, pythonJob(FLOODS));
  const child = start(t, base, { OPTML_STOP_GRACE_SECONDS: '30' }, 'pipe', trainWith({ stallMs: 500 }));
  child.stderr?.pause();
  await waitFor('the flood', () => existsSync(join(base, 'model', 'ready')));
  await sleep(500);
  child.kill('SIGTERM');
  await waitFor('SIGTERM in the script', () => existsSync(join(base, 'model', 'told')), 10_000);
  await waitFor('the failure file', () => existsSync(join(base, 'output', 'failure')), 20_000);
  child.stderr?.resume();
  assert.deepEqual(await exitOf(child), { code: 9, signal: null });
});

// Fills standard error in a thread; on SIGTERM leaves a file and ends.
const FLOODS = `
import os, signal, threading, time
model = os.environ['SM_MODEL_DIR']
def stop(*_):
    open(model + '/told', 'w').close()
    os._exit(9)
signal.signal(signal.SIGTERM, stop)
def flood():
    while True: os.write(2, b'flood ' * 1000)
threading.Thread(target=flood, daemon=True).start()
time.sleep(0.5)
open(model + '/ready', 'w').close()
while True: time.sleep(0.05)
`;

test('a reader that is gone ends neither the script nor train', async (t) => {
  const base = makeJob(
    t,
    shellJob('sleep 0.3; head -c 3000000 /dev/zero >&2 && echo "went on" > "$SM_MODEL_DIR/done"'),
  );
  const child = startInto(t, base, 'head -c 10 >/dev/null');
  await new Promise((resolve) => child.once('close', resolve));
  await waitFor('success', () => existsSync(join(base, 'output', 'success')));
  assert.equal(readFileSync(join(base, 'model', 'done'), 'utf8'), 'went on\n');
});

function variablesOf(base: string, variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: base, OPTML_PACKAGE: 'never', SAGEMAKER_BASE_DIR: base, ...variables };
}

test('train makes one pipe for the standard error of its program, while it reads the configuration', async (t) => {
  const dir = temporaryFolder(t);
  const trace = join(dir, 'trace');
  const real = findOnPath('mkfifo', process.env);
  writeFileSync(join(dir, 'mkfifo'), `#!/bin/sh\necho made >> ${trace}\nexec ${real} "$@"\n`, { mode: 0o755 });
  const result = await runJob(t, shellJob('echo here >&2'), { PATH: `${dir}:${process.env['PATH']}` });
  assert.match(result.stderr, /^here$/m);
  assert.equal(readFileSync(trace, 'utf8'), 'made\n');
});

/** Starts `train` with bare streams: startTrain() would decode them. */
function start(
  t: TestContext,
  base: string,
  variables: NodeJS.ProcessEnv = {},
  stderr: number | 'pipe' = 'pipe',
  train: readonly string[] = [TRAIN],
): ChildProcess {
  const env = variablesOf(base, variables);
  const child = spawn(process.execPath, train, { env, stdio: ['ignore', 'pipe', stderr] });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

/** Starts `train` with its standard error in a real pipe to another program, whose standard output is the child's. */
function startInto(t: TestContext, base: string, reader: string, variables: NodeJS.ProcessEnv = {}): ChildProcess {
  const env = { ...variablesOf(base, variables), NODE: process.execPath, TRAIN };
  const child = spawn('/bin/sh', ['-c', `"$NODE" "$TRAIN" 2>&1 >/dev/null | ${reader}`], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

async function collect(child: ChildProcess): Promise<{ code: number | null; stdout: Buffer; stderr: Buffer }> {
  const [stdout, stderr, { code }] = await Promise.all([bytesOf(child.stdout), bytesOf(child.stderr), exitOf(child)]);
  return { code, stdout, stderr };
}

async function bytesOf(stream: NodeJS.ReadableStream | null): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function exitOf(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
}
