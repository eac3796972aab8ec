import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { bytesOf, rawName, shownName } from '../../../src/job-tree/raw-name.ts';

const CHUNK = 8 << 20;
const SPECIAL_BITS = 0o7000;

/** How a folder is searched. */
export interface TreeSearch {
  /** Bytes that must not be there, in archives neither. */
  readonly secret: Buffer;
  /** Whether others can reach the folder: then set-uid, set-gid and sticky bits must not be there. */
  readonly isOpen: boolean;
}

/** What is below `folder` and must not be. Follows no link. */
export function problemsBelow(folder: string, { secret, isOpen }: TreeSearch): readonly string[] {
  const problems: string[] = [];
  const folders = [rawName(folder)];
  for (const path of folders) {
    for (const name of readdirSync(bytesOf(path), 'latin1')) {
      const entry = `${path}/${name}`;
      const stats = lstatSync(bytesOf(entry));
      if (isOpen && (stats.mode & SPECIAL_BITS) !== 0 && !stats.isSymbolicLink()) {
        problems.push(`mode ${(stats.mode & 0o7777).toString(8)}: ${shownName(entry)}`);
      }
      if (stats.isDirectory()) folders.push(entry);
      else if (stats.isFile() && holds(bytesOf(entry), name, secret)) problems.push(`a canary: ${shownName(entry)}`);
    }
  }
  return problems;
}

function holds(file: Buffer, name: string, secret: Buffer): boolean {
  // A job's own file can have such a name.
  if (name.endsWith('.gz') && unpacked(readFileSync(file)).includes(secret)) return true;
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(CHUNK + secret.length);
    for (let at = 0; ; at += CHUNK) {
      const bytes = readSync(descriptor, buffer, 0, buffer.length, at);
      if (buffer.subarray(0, bytes).includes(secret)) return true;
      if (bytes < buffer.length) return false;
    }
  } finally {
    closeSync(descriptor);
  }
}

function unpacked(content: Buffer): Buffer {
  const isGzip = content.length > 2 && content.readUInt16BE(0) === 0x1f8b;
  return isGzip ? gunzipSync(content) : content;
}
