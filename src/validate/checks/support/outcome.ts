import { DEFAULT_BASE_DIR } from '../../../contract/paths.ts';
import { cutText } from '../../../errors/quote-value.ts';
import { type RawName, shownName } from '../../../job-tree/raw-name.ts';
import type { FileEntry, HostObservation } from '../../observe/observation.ts';
import { wholeLog } from './evidence.ts';

/** Whether a host has reported success. */
export function hasSucceeded({ exitCode, startError, isTimedOut }: HostObservation): boolean {
  return exitCode === 0 && startError === undefined && !isTimedOut;
}

/** How a host ended, in a few words: `ended with exit code 1: ValueError: no rows`. */
export function describeEnd(host: HostObservation): string {
  if (host.startError !== undefined) return `could not be started: ${host.startError}`;
  if (host.isTimedOut) return `did not end within ${Math.round(host.seconds)} s, and was killed`;
  if (host.isOutOfMemory) return 'was killed because no memory was left';
  const cause = causeOf(host);
  return `ended with exit code ${host.exitCode}${host.exitCode === 0 || cause === '' ? '' : `: ${cause}`}`;
}

const CAUSE_CHARACTERS = 200;

// An error's own line: the last of a failure file that ends with one, or of the output.
function causeOf(host: HostObservation): string {
  const lines = (host.failure ?? wholeLog(host))
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const error = lines.findLast((line) => /error|exception|cannot|no such|denied|not found|failed/i.test(line));
  return (error ?? lines.at(-1) ?? '').slice(0, CAUSE_CHARACTERS);
}

/** What a host has left of a kind: `model`, `output/data`, `checkpoints`; files and links, no folders. */
export function filesBelow({ files }: HostObservation, folder: string): readonly FileEntry[] {
  return files.filter(({ path, kind }) => path.startsWith(`${folder}/`) && kind !== 'folder');
}

/**
 * Why not everything in a folder of `/opt/ml` was looked at, `/opt/ml/model/a: EACCES: permission denied`; undefined where all
 * of it was.
 */
export function unseenIn({ unseen }: HostObservation, folder: string): string | undefined {
  const found = unseen.find(({ path }) => path === '' || isIn(path, folder) || isIn(folder, path));
  return found && `${pathInMl(found.path)}: ${found.why}`;
}

function isIn(path: RawName, folder: RawName): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** What is in the place of a folder of `/opt/ml`: `a symbolic link to /data`. Undefined for a folder, and where nothing is. */
export function replacementOf({ files }: HostObservation, folder: string): string | undefined {
  const found = files.find(({ path, kind }) => path === folder && kind !== 'folder');
  if (found === undefined) return undefined;
  if (found.kind === 'link') return `a symbolic link to ${shownPath(found.target ?? '')}`;
  return found.kind === 'file' ? 'a file' : 'a FIFO, a socket or a device';
}

const PATH_CHARACTERS = 300;

/** A path of a job for people: what a terminal would obey as escapes, and cut where it is very long. */
export function shownPath(path: RawName): string {
  return cutText(shownName(path), PATH_CHARACTERS);
}

/** The same of a path below `/opt/ml`. */
export function pathInMl(path: RawName): string {
  return path === '' ? DEFAULT_BASE_DIR : `${DEFAULT_BASE_DIR}/${shownPath(path)}`;
}

/** A path and size, for a listing. */
export function listed({ path, bytes, kind, target }: FileEntry): string {
  if (kind === 'link') return `${pathInMl(path)} -> ${shownPath(target ?? '')}`;
  return kind === 'other' ? `${pathInMl(path)} (no file)` : `${pathInMl(path)} (${bytes} bytes)`;
}

const NETWORK =
  /ECONN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|connect|socket|resolve|rendezvous|unreachable|peer|timed? ?out|getaddrinfo|gethostby/i;

/** Whether a failing host mentions the network. */
export function speaksOfNetwork(host: HostObservation): boolean {
  return NETWORK.test(`${wholeLog(host)}\n${host.failure ?? ''}`);
}
