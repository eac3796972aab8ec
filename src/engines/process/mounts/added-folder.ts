import { readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { quoteCommand, quoteWord } from '../../../process/quote-command.ts';
import { mountAll, mountTable } from './mount-table.ts';

/** What a folder is added with. */
export interface AddedFolder {
  readonly mount: string;
  /** A path in a folder of ours. */
  readonly staging: string;
}

/**
 * Commands of a shell that add an empty folder at `path` for a host alone. The folder around it may be
 * read-only or another user's, and nothing is made in it: a file system in memory covers it in the mounts of the host, and
 * its entries are bound into that, so they stay usable and writable.
 */
export function folderCommands(path: string, { mount, staging }: AddedFolder): readonly string[] {
  const around = dirname(path);
  const entries = entriesOf(around, basename(path));
  if (entries === undefined) return [`{ echo ${quoteWord(`this machine has no folder ${around}`)} >&2; false; }`];
  const of = (kind: Kind) => entries.filter((entry) => entry.kind === kind).map(({ name }) => name);
  const places = (names: readonly string[]) => names.map((name) => join(staging, name));
  const bound = [...of('folder'), ...of('file')].map((name) => ({
    source: join(around, name),
    target: join(staging, name),
    isReadOnly: false,
  }));
  const table = `${staging}-mounts`;
  writeFileSync(table, mountTable(bound));
  const links = of('link').map((name) => ['cp', '-P', join(around, name), staging]);
  const files = of('file').length === 0 ? [] : [['touch', ...places(of('file'))]];
  const commands = [
    ['mkdir', '-p', staging],
    [mount, '-n', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', staging],
    ['mkdir', ...places([...of('folder'), basename(path)])],
    ...files,
    ...links,
    ...(bound.length === 0 ? [] : [mountAll(mount, table)]),
    [mount, '-n', '--move', staging, around],
  ];
  return commands.map(quoteCommand);
}

type Kind = 'folder' | 'file' | 'link';

// What is in the place of the folder is covered.
function entriesOf(dir: string, added: string): readonly { readonly name: string; readonly kind: Kind }[] | undefined {
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter(({ name }) => name !== added)
      .map((entry) => ({
        name: entry.name,
        kind: entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'file',
      }));
  } catch {
    return undefined;
  }
}
