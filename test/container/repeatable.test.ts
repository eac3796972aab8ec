// Two builds hold the same files with the same content, permissions and owners. (Times differ: see docker/README.md.)
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { Parser, type ReadEntry } from 'tar';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { engine, engineOk, removeImages, uniqueName } from './support/engine.ts';
import { BUILD_ARGUMENTS, IMAGES, VARIANTS } from './support/images.ts';

// Made by every build that is not taken from a cache, on purpose: everyone who has an image with a key can enter its containers.
const SSH_KEYS = [
  'etc/ssh/ssh_host_ed25519_key',
  'etc/ssh/ssh_host_ed25519_key.pub',
  'root/.ssh/authorized_keys',
  'root/.ssh/id_ed25519',
  'root/.ssh/id_ed25519.pub',
];

// The others are built on the first one, and take minutes.
const asked = process.env['OPTML_TEST_REPEATABLE'] === 'all' ? VARIANTS : VARIANTS.slice(0, 1);

for (const variant of asked) {
  test(`a second build of the ${variant} image holds the same files with the same content`, async (t) => {
    const again = `optml-test:again-${variant}`;
    t.after(() => removeImages(again));
    const args = BUILD_ARGUMENTS[variant].map((arg) => (arg.endsWith('ockerfile') ? join(ROOT, arg) : arg));
    await engineOk(t, 'build', '--no-cache', '-t', again, ...args, ROOT);
    const [first, second] = await Promise.all([filesOf(t, IMAGES[variant]), filesOf(t, again)]);
    assert.ok(first.size > 5000, `${first.size} files were found`);
    const names = [...new Set([...first.keys(), ...second.keys()])].sort();
    const different = names.filter((name) => first.get(name) !== second.get(name));
    assert.deepEqual(different, variant === 'mpi' ? SSH_KEYS : []);
  });
}

/** Each file of an image: its path → what it is and holds. */
async function filesOf(t: TestContext, image: string): Promise<ReadonlyMap<string, string>> {
  const name = uniqueName('files');
  await engineOk(t, 'create', '--name', name, image);
  t.after(() => engine(t, 'rm', '-f', name));
  const files = new Map<string, string>();
  const parser = new Parser({ onReadEntry: (entry) => describe(entry, (text) => files.set(entry.path, text)) });
  const archive = join(temporaryFolder(t), 'image.tar');
  await engineOk(t, 'export', '-o', archive, name);
  await pipeline(createReadStream(archive), parser);
  return files;
}

function describe(entry: ReadEntry, done: (text: string) => void): void {
  const hash = createHash('sha256');
  entry.on('data', (chunk: Buffer) => hash.update(chunk));
  entry.on('end', () => {
    const { type, mode, uid, gid, size, linkpath = '' } = entry;
    done(`${type} ${mode?.toString(8)} ${uid}:${gid} ${size} ${linkpath} ${hash.digest('hex')}`);
  });
}
