import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { list } from 'tar';
import type { Sums } from './read-truth.ts';

/** The files below a folder, which may be missing. */
export function sumsOfFolder(dir: string): Sums {
  const sums: Record<string, string> = {};
  for (const name of existsSync(dir) ? readdirSync(dir, { recursive: true, encoding: 'utf8' }) : []) {
    const file = join(dir, name);
    if (statSync(file).isFile()) sums[name] = sumOf(readFileSync(file));
  }
  return sums;
}

/** The SHA-256 sums of the files in an archive of a folder; empty if there is none. */
export async function sumsOfArchive(dir: string, name: string): Promise<Sums> {
  const files = await readArchive(dir, name);
  return Object.fromEntries([...files].map(([path, content]) => [path, sumOf(content)]));
}

/** The files in an archive of a folder; none if there is no archive. */
export async function readArchive(dir: string, name: string): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const file = join(dir, name);
  if (!existsSync(file)) return files;
  await list({
    file,
    onReadEntry: (entry) => {
      if (entry.type !== 'File') return;
      const chunks: Buffer[] = [];
      entry.on('data', (chunk: Buffer) => chunks.push(chunk));
      entry.on('end', () => void files.set(entry.path.replace(/^\.\//, ''), Buffer.concat(chunks)));
    },
  });
  return files;
}

function sumOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
