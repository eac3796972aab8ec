// Several hosts of one job, each a container of its own on a network of their own (C7, C30, C31).
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { programJob } from '../support/processes.ts';
import { makeNetwork, makeSharedJob, startJob } from './support/engine.ts';
import { IMAGES } from './support/images.ts';

// Each greets the other on a port that no image names, and ends when it has been greeted itself.
const GREETS = `
import { createServer, connect } from 'node:net';
import { trainingEnvironment } from 'optml';

const { currentHost, hosts, hostRank } = trainingEnvironment();
const other = hosts.find((host) => host !== currentHost);
const server = createServer((socket) => {
  socket.on('data', (data) => console.log(\`\${currentHost} (\${hostRank}) heard: \${data}\`));
  socket.on('end', () => server.close());
}).listen(5555);
const greet = () => {
  const socket = connect(5555, other, () => socket.end(\`hello from \${currentHost}\`));
  socket.on('error', () => setTimeout(greet, 100));
};
greet();
`;

function host(t: TestContext, network: string, name: string) {
  const resourceConfig = { current_host: name, hosts: ['algo-1', 'algo-2'], network_interface_name: 'eth0' };
  const base = makeSharedJob(t, programJob('train.mjs', GREETS, { resourceConfig }));
  const options = ['--network', network, '--network-alias', name, '--hostname', name];
  return startJob(t, { image: IMAGES.cpu, base, options });
}

test('algo-1 waits for algo-2, they resolve and reach each other, and both finish', async (t) => {
  const network = await makeNetwork(t);
  const first = host(t, network, 'algo-1');
  await first.seen('Waiting for 1 of 2 hosts to resolve: algo-2');
  const second = host(t, network, 'algo-2');
  const [one, two] = await Promise.all([first.ended, second.ended]);
  assert.equal(one.code, 0, one.stderr);
  assert.equal(two.code, 0, two.stderr);
  assert.equal(one.stdout, 'algo-1 (0) heard: hello from algo-2\n');
  assert.equal(two.stdout, 'algo-2 (1) heard: hello from algo-1\n');
});
