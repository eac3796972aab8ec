import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import { bytesOf, quoteName, type RawName } from '../../job-tree/raw-name.ts';
import type { ArchivedEntry } from './entry-reader.ts';

/** What the types of entries are that are understood. */
const KINDS: Readonly<Record<string, SafeEntry['type']>> = {
  '0': 'file',
  '\0': 'file',
  // A file in one piece on the disk.
  '7': 'file',
  '1': 'hard link',
  '2': 'symbolic link',
  '5': 'folder',
  // A folder of an incremental backup: its content is the list of what it held.
  D: 'folder',
  V: 'label',
};

/** What others are called, for messages. */
const OTHER_TYPES: Readonly<Record<string, string>> = {
  '3': 'CharacterDevice',
  '4': 'BlockDevice',
  '6': 'FIFO',
  A: 'SolarisACL',
  E: 'SolarisAttributes',
  I: 'Inode',
  M: 'ContinuationFile (part of a multi-volume archive)',
  N: 'OldGnuLongPath',
};

// Of Linux; a longer one attacks the program that unpacks or removes it.
const LONGEST_NAME_BYTES = 255;
const LONGEST_PATH_BYTES = 4000;

/** What an entry of an archive is, once it is known to be harmless. */
export interface SafeEntry {
  /** A label names the archive, and stands for nothing in it. */
  readonly type: 'file' | 'folder' | 'hard link' | 'symbolic link' | 'label';
  /** Below the folder that is unpacked into, without `.` or empty parts; empty for that folder itself. */
  readonly path: RawName;
  /** Of a hard link, as `path`; of a symbolic link, as it stands. */
  readonly target: RawName;
}

/** Why an entry may not be unpacked, as the end of a sentence, and what to do if that is not to make the archive again. */
export interface Refusal {
  readonly refused: string;
  readonly fix?: string;
}

// A virtual environment of Python contains such links, to the Python of the machine that made it.
const LEAVE_LINK_OUT =
  'Leave the link out: tar czf source.tar.gz --exclude=NAME -C SOURCE . A virtual environment works only on the machine that made it: leave its whole folder out, and list its packages in requirements.txt. Or pack what links lead to: tar czhf source.tar.gz -C SOURCE .';

/** Whether an entry may be unpacked by what it says itself, or the reason why not, as the end of a sentence. */
export function judgeEntry(entry: ArchivedEntry): SafeEntry | Refusal {
  const { name, linkName: target } = entry;
  const type = typeOf(entry);
  if (type === undefined) return { refused: `is of the ${shownType(entry.type)}` };
  // Readers disagree about whether it is there.
  if (entry.size > 0 && type !== 'file' && entry.type !== 'D') {
    return { refused: `is a ${type} with content, of ${entry.size} bytes` };
  }
  if (type === 'label') return { type, path: '', target: '' };
  const refused = reasonAgainstName(name);
  if (refused !== undefined) return { refused };
  const path = normalPath(name);
  if (type === 'symbolic link') {
    const problem = reasonAgainstLink(path, target);
    return problem === undefined ? { type, path, target } : { refused: problem, fix: LEAVE_LINK_OUT };
  }
  if (type !== 'hard link') return { type, path, target: '' };
  const problem = reasonAgainstName(target);
  if (problem !== undefined) return { refused: `is a hard link to ${quoteName(target)}, which ${problem}` };
  return { type, path, target: normalPath(target) };
}

/** One spelling for all that a file system which ignores case or Unicode's forms takes for the same name. */
export function foldName(path: RawName): string {
  const bytes = bytesOf(path);
  // What is no text has no case.
  if (!isUtf8(bytes)) return `\0${path}`;
  return bytes.toString('utf8').normalize('NFKD').toLowerCase().toUpperCase().toLowerCase();
}

function typeOf({ type, name }: ArchivedEntry): SafeEntry['type'] | undefined {
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  // Before there was a type for folders, a slash told.
  return kind === 'file' && name.endsWith('/') ? 'folder' : kind;
}

function shownType(type: string): string {
  const known = Object.hasOwn(OTHER_TYPES, type) ? OTHER_TYPES[type] : undefined;
  return known === undefined ? `unknown type ${quoteName(type)}` : `type ${known}`;
}

function reasonAgainstName(name: RawName): string | undefined {
  if (name === '') return 'has no name';
  if (name.includes('\0')) return 'has a NUL in its name';
  if (name.startsWith('/')) return 'has an absolute name';
  const parts = name.split('/');
  if (parts.includes('..')) return leadsOut(name) ? 'leads out of the folder' : 'has ".." in its name';
  if (name.length > LONGEST_PATH_BYTES) return 'has a name that is too long';
  if (parts.some((part) => part.length > LONGEST_NAME_BYTES)) return 'has a name that is too long';
  return undefined;
}

function reasonAgainstLink(path: RawName, target: RawName): string | undefined {
  if (target === '' || target.includes('\0')) return 'is a link to nowhere';
  if (target.length > LONGEST_PATH_BYTES) return 'is a link to a name that is too long';
  if (target.startsWith('/') || leadsOut(posix.join(posix.dirname(path), target))) {
    return `is a link that leads out of the folder, to ${quoteName(target)}`;
  }
  if (goesBackUp(target)) return `is a link that goes back up on its way, to ${quoteName(target)}`;
  return undefined;
}

function normalPath(name: RawName): RawName {
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

function leadsOut(path: RawName): boolean {
  const normal = posix.normalize(path);
  return normal === '..' || normal.startsWith('../');
}

// `a/..`: `a` may be a link itself, and then the text does not tell where this one leads.
function goesBackUp(target: RawName): boolean {
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  return parts.some((part, index) => part === '..' && index > 0 && parts[index - 1] !== '..');
}
