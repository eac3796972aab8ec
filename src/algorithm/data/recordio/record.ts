import { type RawTensor, readValue } from './tensor.ts';
import { WIRE, WireReader } from './wire.ts';

/** The key of the usual feature and label. */
const VALUES = Buffer.from('values');

/** What a row needs of a `Record` (contract C42). */
export interface RawRow {
  /** `features["values"]`; `'bytes'` for other data, and undefined without it. */
  readonly features: RawTensor | 'bytes' | undefined;
  /** `label["values"]`. */
  readonly label: RawTensor | 'bytes' | undefined;
}

/** The tensors with the key `values` of a `Record`. @throws WireError. */
export function readRow(bytes: Buffer, start: number, end: number): RawRow {
  const reader = new WireReader(bytes, start, end);
  let features: RawRow['features'];
  let label: RawRow['label'];
  while (reader.at < end) {
    const tag = reader.varint();
    if (tag !== FEATURES_TAG && tag !== LABEL_TAG) {
      reader.skip(tag);
      continue;
    }
    const length = reader.length();
    const entry = readEntry(bytes, reader.at, reader.at + length);
    reader.at += length;
    if (!isValues(bytes, entry)) continue;
    const value = readValue(bytes, entry.valueStart, entry.valueEnd);
    if (tag === FEATURES_TAG) features = value;
    else label = value;
  }
  return { features, label };
}

const FEATURES_TAG = (1 << 3) | WIRE.bytes;
const LABEL_TAG = (2 << 3) | WIRE.bytes;
const KEY_TAG = (1 << 3) | WIRE.bytes;
const VALUE_TAG = (2 << 3) | WIRE.bytes;

/** Where key and value of an entry of a map are. */
export interface MapEntry {
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** Reads an entry of a map. Missing key or value: empty. @throws WireError. */
export function readEntry(bytes: Buffer, start: number, end: number): MapEntry {
  const reader = new WireReader(bytes, start, end);
  let keyStart = 0;
  let keyEnd = 0;
  let valueStart = 0;
  let valueEnd = 0;
  while (reader.at < end) {
    const tag = reader.varint();
    if (tag !== KEY_TAG && tag !== VALUE_TAG) {
      reader.skip(tag);
      continue;
    }
    const length = reader.length();
    if (tag === KEY_TAG) {
      keyStart = reader.at;
      keyEnd = reader.at + length;
    } else {
      valueStart = reader.at;
      valueEnd = reader.at + length;
    }
    reader.at += length;
  }
  return { keyStart, keyEnd, valueStart, valueEnd };
}

function isValues(bytes: Buffer, { keyStart, keyEnd }: MapEntry): boolean {
  if (keyEnd - keyStart !== VALUES.length) return false;
  for (let index = 0; index < VALUES.length; index++) if (bytes[keyStart + index] !== VALUES[index]) return false;
  return true;
}
