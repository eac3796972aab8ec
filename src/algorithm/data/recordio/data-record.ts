import type { Tensor } from './encode-record.ts';
import { readEntry } from './record.ts';
import { copyValues, countValues, type RawTensor, readBytesValue, readValue, varintsOf } from './tensor.ts';
import { WIRE, WireError, WireReader } from './wire.ts';

/** A value that is no tensor, such as a picture. */
export interface BytesValue {
  readonly bytes: readonly Uint8Array[];
  readonly contentType?: string | undefined;
}

/** A `Record` of recordio-protobuf (contract C42). The usual name of features and labels is `values`. */
export interface DataRecord {
  readonly features: ReadonlyMap<string, Tensor | BytesValue>;
  readonly label: ReadonlyMap<string, Tensor | BytesValue>;
  readonly uid?: string | undefined;
  readonly metadata?: string | undefined;
  readonly configuration?: string | undefined;
}

const TEXT_FIELDS = { 3: 'uid', 4: 'metadata', 5: 'configuration' } as const;

/** The whole record. Unknown fields are left out. @throws WireError. */
export function decodeRecord(bytes: Buffer): DataRecord {
  const reader = new WireReader(bytes, 0, bytes.length);
  const features = new Map<string, Tensor | BytesValue>();
  const label = new Map<string, Tensor | BytesValue>();
  const texts: { uid?: string; metadata?: string; configuration?: string } = {};
  while (reader.at < bytes.length) {
    const tag = reader.varint();
    const field = Math.floor(tag / 8);
    if (tag % 8 !== WIRE.bytes || field < 1 || field > 5) {
      reader.skip(tag);
      continue;
    }
    const length = reader.length();
    const end = reader.at + length;
    if (field <= 2) addEntry(field === 1 ? features : label, bytes, reader.at, end);
    else texts[TEXT_FIELDS[field as 3 | 4 | 5]] = textOf(bytes, reader.at, end);
    reader.at = end;
  }
  return { features, label, ...texts };
}

function addEntry(map: Map<string, Tensor | BytesValue>, bytes: Buffer, start: number, end: number): void {
  const { keyStart, keyEnd, valueStart, valueEnd } = readEntry(bytes, start, end);
  const value = readValue(bytes, valueStart, valueEnd);
  if (value === undefined) return;
  map.set(
    textOf(bytes, keyStart, keyEnd),
    value === 'bytes' ? readBytesValue(bytes, valueStart, valueEnd) : decodeTensor(value),
  );
}

function decodeTensor(raw: RawTensor): Tensor {
  const count = countValues(raw);
  const values =
    raw.type === 'int32'
      ? new Int32Array(count)
      : raw.type === 'float32'
        ? new Float32Array(count)
        : new Float64Array(count);
  copyValues(raw, values, 0);
  const keys = varintsOf(raw.keys);
  const shape = varintsOf(raw.shape);
  return { values, keys: keys.length > 0 ? keys : undefined, shape: shape.length > 0 ? [...shape] : undefined };
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(bytes: Buffer, start: number, end: number): string {
  try {
    return UTF8.decode(bytes.subarray(start, end));
  } catch {
    throw new WireError('a text is not UTF-8', start);
  }
}
