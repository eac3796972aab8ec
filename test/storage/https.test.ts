// As real S3 is reached: by TLS. `npm run build` first: a process of its own trusts the test's certificate.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createServer, type TLSSocket } from 'node:tls';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { s3Variables, startS3 } from '../support/s3.ts';

const CHILD = `
const { openS3 } = require(${JSON.stringify(join(ROOT, 'dist/lazy/storage/s3.cjs'))});
const [source, target] = process.argv.slice(1);
const storage = openS3(process.env, { warn: console.error, debug: () => undefined });
const location = { bucket: 'bucket', key: 'k' };
(async () => {
  await storage.uploadFile(source, location);
  await storage.downloadObject(location, target);
  const sizes = [];
  for await (const chunk of storage.readObject(location)) sizes.push(chunk.length);
  console.log(sizes.reduce((sum, size) => sum + size, 0));
  storage.close();
})();
`;

/** A server that speaks TLS in front of another. */
async function startTls(t: TestContext, port: number, key: Buffer, cert: Buffer): Promise<number> {
  const sockets = new Set<TLSSocket>();
  const server = createServer({ key, cert }, (socket) => {
    sockets.add(socket);
    const onward = connect(port, '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    socket.on('error', () => onward.destroy());
    onward.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

for (const size of [1000, 30 * 1024 * 1024 + 7]) {
  test(`an object of ${size} bytes goes to and fro by HTTPS`, async (t) => {
    const dir = temporaryFolder(t);
    const [key, cert, source, target] = ['key.pem', 'cert.pem', 'source', 'target'].map((name) => join(dir, name)) as [
      string,
      string,
      string,
      string,
    ];
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', cert],
    ]);
    assert.equal(made.status, 0, String(made.stderr));
    const s3 = await startS3(t);
    const port = await startTls(t, s3.port, readFileSync(key), readFileSync(cert));
    const content = randomBytes(size);
    writeFileSync(source, content);
    const env = {
      PATH: process.env['PATH'],
      ...s3Variables(`https://localhost:${port}`),
      NODE_EXTRA_CA_CERTS: cert,
    };
    const child = spawn(process.execPath, ['-e', CHILD, source, target], { env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(code, 0, output);
    assert.equal(output, `${size}\n`);
    assert.ok(readFileSync(target).equals(content));
  });
}
