import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { create } from 'tar';
import { ROOT } from './job.ts';

/**
 * An npm registry on this machine whose packages are those that this repository has installed, so that `npm install` needs no
 * network. Packages of other platforms are missing, as they are in `node_modules`. Returns its address.
 */
export async function serveInstalledPackages(t: TestContext): Promise<string> {
  const folders = installedFolders();
  const server = createServer((request, response) => void answer(folders, request, response));
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Name of a package → its folders below the repository, one for each version. */
function installedFolders(): ReadonlyMap<string, readonly string[]> {
  const { packages } = readJson('package-lock.json') as { packages: Readonly<Record<string, unknown>> };
  const folders = new Map<string, string[]>();
  for (const folder of Object.keys(packages)) {
    const name = folder.split('node_modules/').at(-1) ?? '';
    if (name !== '') folders.set(name, [...(folders.get(name) ?? []), folder]);
  }
  return folders;
}

async function answer(
  folders: ReadonlyMap<string, readonly string[]>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [name = '', folder] = decodeURIComponent(request.url ?? '')
    .slice(1)
    .split('/-/');
  const known = folders.get(name) ?? [];
  try {
    if (folder !== undefined && known.includes(folder)) response.end(await packed(folder));
    else response.end(description(name, known, `http://${request.headers.host}/`));
  } catch {
    response.writeHead(404).end('{}');
  }
}

/** @throws Error if no version of the package is installed here. */
function description(name: string, folders: readonly string[], registry: string): string {
  const manifests = folders.flatMap((folder) => {
    try {
      const manifest = readJson(join(folder, 'package.json')) as { readonly version: string };
      return [
        { ...manifest, dist: { tarball: `${registry}${encodeURIComponent(name)}/-/${encodeURIComponent(folder)}` } },
      ];
    } catch {
      return [];
    }
  });
  const [first] = manifests;
  if (first === undefined) throw new Error(`${name} is not installed`);
  const versions = Object.fromEntries(manifests.map((manifest) => [manifest.version, manifest]));
  return JSON.stringify({ name, 'dist-tags': { latest: first.version }, versions });
}

// Not compressed, which npm accepts: some packages have tens of megabytes.
async function packed(folder: string): Promise<Buffer> {
  const cwd = join(ROOT, folder);
  const filter = (path: string) => !/(?:^|\/)node_modules(?:\/|$)/.test(path);
  return Buffer.concat(await create({ cwd, prefix: 'package', portable: true, filter }, ['.']).collect());
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}
