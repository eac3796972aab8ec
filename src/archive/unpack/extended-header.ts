import type { RawName } from '../../job-tree/raw-name.ts';
import type { PaxRecord } from './pax-records.ts';
import { RefusedEntry } from './unpack-errors.ts';

/** What pax extended headers say of the entries after them, as far as it is used. */
export interface ExtendedHeader {
  readonly path?: RawName;
  readonly linkPath?: RawName;
  /** Of what follows the header, in bytes. */
  readonly size?: number;
  /** Seconds since 1970. */
  readonly time?: number;
  readonly sparse?: ExtendedSparse;
}

/** What GNU tar's records say of a sparse file. */
export interface ExtendedSparse {
  /** 1: the map stands before the content. 0: it is here. */
  readonly version: 0 | 1;
  readonly path: RawName | undefined;
  /** Of the whole file, holes included, in bytes. */
  readonly size: number;
  /** Offset and length of each segment with content, one after the other. */
  readonly segments: readonly number[];
}

// What is about one entry: readers disagree about what it means for all.
const FOR_ONE_ENTRY = /^(?:path|linkpath|size|SCHILY\.realsize|GNU\.sparse\..*)$/;
const MULTI_VOLUME = /^GNU\.volume\.(?:filename|size|offset)$/;
const SPARSE = 'GNU.sparse.';

/**
 * What records mean.
 *
 * @throws RefusedEntry for values that are malformed, or that tell of something that is not understood.
 */
export function readExtended(records: readonly PaxRecord[], isGlobal: boolean): ExtendedHeader {
  const values = new Map(records);
  for (const key of values.keys()) {
    if (MULTI_VOLUME.test(key)) throw new RefusedEntry(`is part of a multi-volume archive (${key})`);
    if (isGlobal && FOR_ONE_ENTRY.test(key)) throw new RefusedEntry(`is a global extended header with "${key}"`);
  }
  if (values.has('SCHILY.realsize')) {
    throw new RefusedEntry('has its content stored in the way of star (SCHILY.realsize), which is not understood');
  }
  const path = nameIn(values, 'path');
  const linkPath = nameIn(values, 'linkpath');
  const size = numberIn(values, 'size');
  const time = timeIn(values);
  const sparse = readSparse(records, values);
  return {
    ...(path !== undefined && { path }),
    ...(linkPath !== undefined && { linkPath }),
    ...(size !== undefined && { size }),
    ...(time !== undefined && { time }),
    ...(sparse !== undefined && { sparse }),
  };
}

type Values = ReadonlyMap<string, string>;

function nameIn(values: Values, key: string): RawName | undefined {
  const name = values.get(key);
  if (name === '') throw new RefusedEntry(`has an extended header with an empty "${key}"`);
  if (name?.includes('\0')) throw new RefusedEntry(`has a NUL in its ${key === 'linkpath' ? "link's name" : 'name'}`);
  return name;
}

function numberIn(values: Values, key: string): number | undefined {
  const text = values.get(key);
  return text === undefined ? undefined : toNumber(text, key);
}

function toNumber(text: string, key: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new RefusedEntry(`has an extended header whose "${key}" is no number`);
  return value;
}

function timeIn(values: Values): number | undefined {
  const text = values.get('mtime');
  // An empty value takes back what a header before it said.
  if (text === undefined || text === '') return undefined;
  if (!/^-?\d+(?:\.\d*)?$/.test(text)) throw new RefusedEntry('has an extended header whose "mtime" is no number');
  return Number(text);
}

function readSparse(records: readonly PaxRecord[], values: Values): ExtendedSparse | undefined {
  if (![...values.keys()].some((key) => key.startsWith(SPARSE))) return undefined;
  const version = `${values.get(`${SPARSE}major`) ?? '0'}.${values.get(`${SPARSE}minor`) ?? '0'}`;
  const path = nameIn(values, `${SPARSE}name`);
  const isInside = version === '1.0';
  if (!isInside && version !== '0.0' && version !== '0.1') {
    throw new RefusedEntry('is a sparse file in a format that is not understood');
  }
  const size = numberIn(values, `${SPARSE}${isInside ? 'realsize' : 'size'}`);
  if (size === undefined) throw new RefusedEntry('is a sparse file without its size');
  if (isInside) return { version: 1, path, size, segments: [] };
  const map = values.get(`${SPARSE}map`);
  const segments = map === undefined ? listedSegments(records) : mappedSegments(map);
  const count = numberIn(values, `${SPARSE}numblocks`);
  if (count !== undefined && count * 2 !== segments.length) {
    throw new RefusedEntry('is a sparse file whose map is not whole');
  }
  return { version: 0, path, size, segments };
}

// Format 0.1: one record with all numbers.
function mappedSegments(map: string): number[] {
  const segments = map === '' ? [] : map.split(',').map((text) => toNumber(text, `${SPARSE}map`));
  if (segments.length % 2 !== 0) throw new RefusedEntry('is a sparse file whose map is not whole');
  return segments;
}

// Format 0.0: a pair of records for each segment.
function listedSegments(records: readonly PaxRecord[]): number[] {
  const segments: number[] = [];
  for (const [key, value] of records) {
    const isOffset = key === `${SPARSE}offset`;
    if (!isOffset && key !== `${SPARSE}numbytes`) continue;
    if (isOffset !== (segments.length % 2 === 0)) throw new RefusedEntry('is a sparse file whose map is not whole');
    segments.push(toNumber(value, key));
  }
  if (segments.length % 2 !== 0) throw new RefusedEntry('is a sparse file whose map is not whole');
  return segments;
}
