import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process that listens on a port. */
export interface PortOwner {
  readonly pid: number;
  /** Its program and arguments, as /proc has them. */
  readonly command: string;
}

const LISTENS = '0A';

/** The process that listens on a TCP port of this machine; undefined if /proc does not show it. */
export function findPortOwner(port: number): PortOwner | undefined {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeners(table, port)));
  if (inodes.size === 0) return undefined;
  const pid = entriesOf('/proc').find((name) => /^\d+$/.test(name) && hasSocket(name, inodes));
  return pid === undefined ? undefined : { pid: Number(pid), command: commandOf(pid) };
}

/** The inodes of the sockets in a table of the kernel that listen on a port. */
function listeners(table: string, port: number): readonly string[] {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  return textOf(table)
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => state === LISTENS && local.endsWith(`:${hexPort}`))
    .flatMap(({ 9: inode }) => (inode === undefined ? [] : [inode]));
}

function hasSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  const dir = `/proc/${pid}/fd`;
  return entriesOf(dir).some((name) => {
    const [, inode = ''] = /^socket:\[(\d+)\]$/.exec(targetOf(`${dir}/${name}`)) ?? [];
    return inodes.has(inode);
  });
}

function commandOf(pid: string): string {
  return textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
}

// Processes end at any moment, and those of other users cannot be read.

function entriesOf(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}
