import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { bytesOf, rawName } from '../../src/job-tree/raw-name.ts';

/** What a folder holds, comparable: raw path → kind, content or target, and what else is asked for. */
export function treeOf(dir: string, facts: ReadonlyArray<'mode' | 'mtime' | 'nlink'> = []): Record<string, string> {
  const tree: Record<string, string> = {};
  const walk = (folder: string, prefix: string): void => {
    for (const name of readdirSync(bytesOf(folder), 'latin1').sort()) {
      const path = `${folder}/${name}`;
      const stats = lstatSync(bytesOf(path));
      const more = facts.map((fact) => {
        if (fact === 'mtime') return Math.floor(stats.mtimeMs / 1000);
        if (fact === 'nlink') return stats.isFile() ? stats.nlink : '';
        return stats.isSymbolicLink() ? '' : (stats.mode & 0o777).toString(8);
      });
      tree[prefix + name] = [contentOf(path), ...more].join(' ');
      if (stats.isDirectory()) walk(path, `${prefix}${name}/`);
    }
  };
  walk(rawName(dir), '');
  return tree;
}

// Of very large files, which are sparse, the start and the size do.
function contentOf(path: string): string {
  const stats = lstatSync(bytesOf(path));
  if (stats.isSymbolicLink()) return `link ${readlinkSync(bytesOf(path), 'latin1')}`;
  if (stats.isDirectory()) return 'folder';
  const content =
    stats.size > 2 ** 28
      ? ''
      : createHash('sha1')
          .update(readFileSync(bytesOf(path)))
          .digest('hex');
  return `file ${stats.size} ${content}`;
}
