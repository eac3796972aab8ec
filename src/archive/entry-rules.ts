import { isAbsolute, posix } from 'node:path';
import type { ReadEntry } from 'tar';

const FILE_TYPES: ReadonlySet<string> = new Set(['File', 'OldFile', 'ContiguousFile']);
const FOLDER_TYPES: ReadonlySet<string> = new Set(['Directory', 'GNUDumpDir']);

// Of Linux; a longer one is an attack on whoever unpacks or removes it.
const LONGEST_NAME_BYTES = 255;
const LONGEST_PATH_BYTES = 4000;

/** What an entry of an archive is, once it is known to be harmless. */
export interface SafeEntry {
  readonly type: 'file' | 'folder' | 'hard link' | 'symbolic link';
  /** Below the folder that is unpacked into, without `.` or empty parts; empty for that folder itself. */
  readonly path: string;
  /** Of a hard link, as `path`; of a symbolic link, as it stands. */
  readonly target: string;
}

/** Whether an entry may be unpacked by what it says itself, or the reason why not, as the end of a sentence. */
export function judgeEntry(entry: ReadEntry): SafeEntry | { readonly refused: string } {
  const name = String(entry.path);
  const refused = reasonAgainstName(name);
  if (refused !== undefined) return { refused };
  const path = normalPath(name);
  const target = String(entry.linkpath ?? '');
  if (FILE_TYPES.has(entry.type)) return { type: 'file', path, target: '' };
  if (FOLDER_TYPES.has(entry.type)) return { type: 'folder', path, target: '' };
  if (entry.type === 'SymbolicLink') {
    const trouble = reasonAgainstLink(path, target);
    return trouble === undefined ? { type: 'symbolic link', path, target } : { refused: trouble };
  }
  if (entry.type !== 'Link') return { refused: `is of the type ${entry.type}` };
  const trouble = reasonAgainstName(target);
  if (trouble !== undefined) return { refused: `is a hard link to "${target}", which ${trouble}` };
  return { type: 'hard link', path, target: normalPath(target) };
}

/** One spelling for all that a file system which ignores case or Unicode's forms takes for the same name. */
export function foldName(path: string): string {
  return path.normalize('NFKD').toLowerCase().toUpperCase().toLowerCase();
}

function reasonAgainstName(name: string): string | undefined {
  if (name === '') return 'has no name';
  if (name.includes('\0')) return 'has a NUL in its name';
  // What the tar package makes of bytes that are not UTF-8: two such names could become one.
  if (name.includes('\ufffd')) return 'has a name that is not UTF-8';
  if (isAbsolute(name)) return 'has an absolute name';
  const parts = name.split('/');
  if (parts.includes('..')) return leadsOut(name) ? 'leads out of the folder' : 'has ".." in its name';
  if (Buffer.byteLength(name) > LONGEST_PATH_BYTES) return 'has a name that is too long';
  if (parts.some((part) => Buffer.byteLength(part) > LONGEST_NAME_BYTES)) return 'has a name that is too long';
  return undefined;
}

function reasonAgainstLink(path: string, target: string): string | undefined {
  if (target === '' || target.includes('\0')) return 'is a link to nowhere';
  if (isAbsolute(target) || leadsOut(posix.join(posix.dirname(path), target))) {
    return `is a link that leads out of the folder, to "${target}"`;
  }
  if (goesBackUp(target)) return `is a link that goes back up on its way, to "${target}"`;
  return undefined;
}

function normalPath(name: string): string {
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

function leadsOut(path: string): boolean {
  const normal = posix.normalize(path);
  return normal === '..' || normal.startsWith('../');
}

// `a/..`: `a` may be a link itself, and then the text does not tell where this one leads.
function goesBackUp(target: string): boolean {
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  return parts.some((part, index) => part === '..' && index > 0 && parts[index - 1] !== '..');
}
