// The SSH server of an MPI worker, with programs of the test in its place.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startServer } from '../../../../../src/launchers/mpi/ssh/start-sshd.ts';
import { temporaryFolder } from '../../../../support/job.ts';

/** Listens on a free port as another program of the image would. `greeting`: what it sends to each client. */
async function listen(t: TestContext, greeting: string): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => undefined).write(greeting));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function freePort(t: TestContext): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  t.diagnostic(`port ${port}`);
  return port;
}

/** Starts a program of Node in the server's place. */
async function start(t: TestContext, port: number, program: string): Promise<() => Promise<void>> {
  const file = join(temporaryFolder(t), 'sshd.cjs');
  writeFileSync(file, program);
  return startServer({ PATH: process.env['PATH'] }, { NAME: 'a "b"' }, { command: [process.execPath, file], port });
}

for (const [who, greeting] of [
  ['another SSH server', 'SSH-2.0-other\r\n'],
  ['a program that sends nothing', ''],
] as const) {
  test(`a port that ${who} has taken is an error, before anything is started`, async (t) => {
    const port = await listen(t, greeting);
    const trace = join(temporaryFolder(t), 'trace');
    // Still alive when the port answers.
    const program = `require('node:fs').writeFileSync(${JSON.stringify(trace)}, ''); setTimeout(() => {}, 5000);`;
    await assert.rejects(start(t, port, program), {
      code: 'START_FAILED',
      message: `port ${port} is taken by another SSH server`,
      where: `${process.execPath}, port ${port}`,
      fix: 'Do not start an SSH server in the image: train starts it.',
    });
    assert.equal(existsSync(trace), false);
  });
}

test('waits until the server greets, and passes the variables of sessions to it', async (t) => {
  const port = await freePort(t);
  const trace = join(temporaryFolder(t), 'trace');
  const program = `
require('node:fs').writeFileSync(${JSON.stringify(trace)}, process.argv.slice(2).join(' '));
const server = require('node:net').createServer((socket) => {
  socket.end('SSH-2.0-test');
  socket.once('close', () => process.exit());
}).listen(${port}, '127.0.0.1');`;
  await start(t, port, program);
  assert.equal(readFileSync(trace, 'utf8'), '-o SetEnv="NAME=a \\"b\\""');
});

for (const [text, fix] of [
  ['sshd: no hostkeys available -- exiting.', 'Make host keys in the image: RUN ssh-keygen -A.'],
  [
    'Missing privilege separation directory: /run/sshd',
    'Make the folder that it names, empty and owned by root: mkdir -p /run/sshd.',
  ],
  ['Privilege separation user sshd does not exist', 'Install the package openssh-server: it adds this user.'],
  [
    'Bind to port 22 on 0.0.0.0 failed: Permission denied.',
    'Run train as root, or let every user listen on port 22 (net.ipv4.ip_unprivileged_port_start=0).',
  ],
  ['something else', 'Start no other SSH server in the image: train starts it.'],
] as const) {
  test(`a server that ends with "${text}" is an error with these words, and its fix`, async (t) => {
    const port = await freePort(t);
    await assert.rejects(start(t, port, `console.error(${JSON.stringify(text)}); process.exit(1);`), {
      code: 'START_FAILED',
      message: `the SSH server did not start: ${text}`,
      fix,
    });
  });
}

test('a server that is not installed is an error that names it', async (t) => {
  const server = { command: ['/no/such/sshd'] as const, port: await freePort(t) };
  await assert.rejects(startServer({}, {}, server), {
    message: 'the SSH server did not start: spawn /no/such/sshd ENOENT',
    fix: 'Install openssh-server and util-linux.',
  });
});

for (const [which, handler] of [
  ['', ''],
  [' that ignores SIGTERM', "process.on('SIGTERM', () => {});"],
] as const) {
  test(`ends a server${which} although its environment holds no mark`, async (t) => {
    const port = await freePort(t);
    const program = `${handler}
require('node:net').createServer((socket) => socket.end('SSH-2.0-test')).listen(${port}, '127.0.0.1');`;
    const end = await start(t, port, program);
    await end();
    await assert.rejects(once(connect(port, '127.0.0.1'), 'connect'), { code: 'ECONNREFUSED' });
  });
}
