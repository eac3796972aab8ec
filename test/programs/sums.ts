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

/** The files of a gzipped tar archive in a folder, which may be missing. */
export async function sumsOfArchive(dir: string, name: string): Promise<Sums> {
  const sums: Record<string, string> = {};
  const file = join(dir, name);
  if (!existsSync(file)) return sums;
  await list({
    file,
    onReadEntry: (entry) => {
      if (entry.type !== 'File') return;
      const hash = createHash('sha256');
      entry.on('data', (chunk: Buffer) => hash.update(chunk));
      entry.on('end', () => {
        sums[entry.path.replace(/^\.\//, '')] = hash.digest('hex');
      });
    },
  });
  return sums;
}

function sumOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
