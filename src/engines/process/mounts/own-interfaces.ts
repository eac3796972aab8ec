import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quoteCommand } from '../../../process/quote-command.ts';
import { tryingLine } from './lacks.ts';
import { optionsLike } from './mount-options.ts';
import { fileSystemLine, mountAll, mountTable } from './mount-table.ts';

const SYS = '/sys';
// Each entry of the first is a link into the second: no interface of a host is a device.
const FOLDERS = ['class/net', 'devices/virtual/net'];

/**
 * Commands for the shell of a host with a network of its own: in `/sys`, the host then sees the interfaces of this network
 * instead of the machine's. All else in `/sys` stays as it is, such as control groups. `staging` is a path in a folder of
 * ours. If this fails, the shell prints why, and goes on.
 */
export function interfaceLines(mount: string, staging: string): readonly string[] {
  if (!FOLDERS.every((folder) => existsSync(join(SYS, folder)))) return [];
  mkdirSync(staging, { recursive: true });
  const table = `${staging}-mounts`;
  const bound = FOLDERS.map((folder) => ({
    source: join(staging, folder),
    target: join(SYS, folder),
    isReadOnly: false,
  }));
  writeFileSync(table, `${fileSystemLine('sysfs', staging, optionsLike(SYS))}${mountTable(bound)}`);
  return [tryingLine('interfaces', [quoteCommand(mountAll(mount, table))])];
}
