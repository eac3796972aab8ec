import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { ClusterOptions } from '../../../../src/launchers/cluster/cluster.ts';
import { HubMembers } from '../../../../src/launchers/cluster/hub-members.ts';
import { type Message, readStop, type StopMessage } from '../../../../src/launchers/cluster/messages.ts';
import { makeLog } from '../../../../src/log/log.ts';
import { StopControl } from '../../../../src/process/stop-control.ts';

const HOSTS = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];

/** The members of a job whose third host never comes. */
async function openMembers(t: TestContext) {
  const received: Message[] = [];
  const options: ClusterOptions<StopMessage, Message> = {
    hosts: HOSTS,
    currentHost: '127.0.0.1',
    masterHost: '127.0.0.1',
    controlPort: 0,
    job: 'job',
    waitSeconds: 1,
    about: 1,
    secret: undefined,
    protocol: { readAbout: () => 1, readFromHost: readStop, readToHost: () => undefined },
    stop: new StopControl(() => undefined),
    log: makeLog(100, () => undefined),
  };
  const members = new HubMembers(options, {
    onMessage: (_, message) => received.push(message),
    onLost: () => undefined,
  });
  const server = createServer((socket) => members.accept(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.close();
    await members.close();
  });
  const flood = async (count: number) => {
    const peer = connect({
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      localAddress: '127.0.0.2',
    });
    t.after(() => peer.destroy());
    const closed = new Promise((resolve) => peer.on('error', () => undefined).once('close', resolve));
    peer.write(`${JSON.stringify({ type: 'hello', host: '127.0.0.2', job: 'job', nonce: '', about: 1 })}\n`);
    await once(peer, 'data');
    peer.write(`${JSON.stringify({ type: 'stop', signal: 'SIGTERM' })}\n`.repeat(count));
    return closed;
  };
  return { received, flood };
}

test('of a host that floods the first one before all are there, few messages are kept, over all its connections', async (t) => {
  const { received, flood } = await openMembers(t);
  await flood(1000);
  assert.equal(received.length, 16);
  await flood(1);
  assert.equal(received.length, 16);
});
