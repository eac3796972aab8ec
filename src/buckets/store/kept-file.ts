import { closeSync, fstatSync, readSync } from 'node:fs';
import { isObject, readJson } from '../../json/read-value.ts';
import { openOwnFile } from '../content/own-file.ts';

/**
 * The form of files in the store: the content, then what is kept with it as JSON, then the length of that (4 bytes) and a mark
 * (8 bytes). So content and attributes are one file, which one rename replaces.
 */
const MARK = Buffer.from('optml/o1');
const FOOTER_BYTES = 4 + MARK.length;

/** What most attributes fit in. */
const FIRST_READ_BYTES = 4096;

/** An open file of the store. */
export interface KeptFile {
  readonly descriptor: number;
  /** Bytes of the content, which is at the start of the file. */
  readonly size: number;
  /** What is kept with it, as {@link trailerOf} got it. */
  readonly kept: unknown;
}

/** What comes behind the content. `kept` is data of JSON. */
export function trailerOf(kept: object): Buffer {
  const json = Buffer.from(JSON.stringify(kept));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([json, length, MARK]);
}

/** Opens a file of the store; undefined if there is none, or if a power cut has left it incomplete. @throws the system's error. */
export function openKept(path: string): KeptFile | undefined {
  const descriptor = openOwnFile(path);
  if (descriptor === undefined) return undefined;
  try {
    const found = readKept(descriptor);
    if (found !== undefined) return { descriptor, ...found };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  closeSync(descriptor);
  return undefined;
}

/** As {@link openKept}, without keeping it open. */
export function readKeptFile(path: string): Omit<KeptFile, 'descriptor'> | undefined {
  const file = openKept(path);
  if (file !== undefined) closeSync(file.descriptor);
  return file;
}

function readKept(descriptor: number): Omit<KeptFile, 'descriptor'> | undefined {
  const { size } = fstatSync(descriptor);
  const tail = readEnd(descriptor, size, FIRST_READ_BYTES);
  if (tail.length < FOOTER_BYTES || !tail.subarray(-MARK.length).equals(MARK)) return undefined;
  const bytes = tail.readUInt32BE(tail.length - FOOTER_BYTES) + FOOTER_BYTES;
  if (bytes > size) return undefined;
  const trailer = bytes <= tail.length ? tail.subarray(-bytes) : readEnd(descriptor, size, bytes);
  const kept = readJson(trailer.toString('utf8', 0, bytes - FOOTER_BYTES));
  return isObject(kept) ? { size: size - bytes, kept } : undefined;
}

/** For all reads of few bytes, none of which is used after the next one: a scan of many files makes no garbage of buffers. */
let shared: Buffer | undefined;

function readEnd(descriptor: number, size: number, mostBytes: number): Buffer {
  const bytes = Math.min(size, mostBytes);
  shared ??= Buffer.allocUnsafeSlow(FIRST_READ_BYTES);
  const buffer = bytes <= FIRST_READ_BYTES ? shared.subarray(0, bytes) : Buffer.allocUnsafe(bytes);
  const count = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
  return buffer.subarray(0, count);
}
