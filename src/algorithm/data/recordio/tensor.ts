import { WIRE, WireError, WireReader } from './wire.ts';

/** The kinds of tensors, by their field in a `Value` (contract C42). */
export const TENSOR_FIELDS = { float32: 2, float64: 3, int32: 7 } as const;

/** The type of the numbers of a tensor. */
export type TensorType = keyof typeof TENSOR_FIELDS;

const BYTES_FIELD = 9;

/** The bytes of a repeated field of numbers. */
export interface Numbers {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** A tensor whose numbers have not been decoded. */
export interface RawTensor {
  readonly type: TensorType;
  readonly values: Numbers;
  readonly keys: Numbers;
  readonly shape: Numbers;
}

const NO_BYTES = Buffer.alloc(0);
const NONE: Numbers = { bytes: NO_BYTES, start: 0, end: 0 };

/**
 * The tensor of a `Value`; undefined for one without a tensor, and `'bytes'` for bytes.
 *
 * @throws WireError.
 */
export function readValue(bytes: Buffer, start: number, end: number): RawTensor | 'bytes' | undefined {
  const reader = new WireReader(bytes, start, end);
  let found: RawTensor | 'bytes' | undefined;
  while (reader.at < end) {
    const tag = reader.varint();
    const type = typeOfField(Math.floor(tag / 8));
    if (tag % 8 !== WIRE.bytes || (type === undefined && Math.floor(tag / 8) !== BYTES_FIELD)) {
      reader.skip(tag);
      continue;
    }
    const length = reader.length();
    // Of several members of a oneof the last one is valid.
    found = type === undefined ? 'bytes' : readTensor(type, bytes, reader.at, reader.at + length);
    reader.at += length;
  }
  return found;
}

/** The member `bytes` of a `Value`: its parts, and their content type. @throws WireError. */
export function readBytesValue(bytes: Buffer, start: number, end: number) {
  const parts: Uint8Array[] = [];
  let contentType: string | undefined;
  for (const outer of fieldsOf(bytes, start, end)) {
    if (outer.field !== BYTES_FIELD) continue;
    for (const { field, from, to } of fieldsOf(bytes, outer.from, outer.to)) {
      if (field === 1) parts.push(Uint8Array.from(bytes.subarray(from, to)));
      else if (field === 2) contentType = Buffer.from(bytes.subarray(from, to)).toString('utf8');
    }
  }
  return { bytes: parts, contentType };
}

// The fields of bytes in a message.
function* fieldsOf(bytes: Buffer, start: number, end: number) {
  const reader = new WireReader(bytes, start, end);
  while (reader.at < end) {
    const tag = reader.varint();
    if (tag % 8 !== WIRE.bytes) {
      reader.skip(tag);
      continue;
    }
    const length = reader.length();
    const from = reader.at;
    reader.at += length;
    yield { field: Math.floor(tag / 8), from, to: reader.at };
  }
}

function typeOfField(field: number): TensorType | undefined {
  return field === 2 ? 'float32' : field === 3 ? 'float64' : field === 7 ? 'int32' : undefined;
}

const FIXED_WIRES: Readonly<Record<TensorType, number>> = {
  float32: WIRE.fixed32,
  float64: WIRE.fixed64,
  int32: WIRE.varint,
};

function readTensor(type: TensorType, bytes: Buffer, start: number, end: number): RawTensor {
  const reader = new WireReader(bytes, start, end);
  let values = NONE;
  let keys = NONE;
  let shape = NONE;
  while (reader.at < end) {
    const tag = reader.varint();
    const field = Math.floor(tag / 8);
    const single = field === 1 ? FIXED_WIRES[type] : WIRE.varint;
    if (field < 1 || field > 3 || (tag % 8 !== WIRE.bytes && tag % 8 !== single)) {
      reader.skip(tag);
      continue;
    }
    const part = partOf(reader, tag);
    if (field === 1) values = joinNumbers(values, part);
    else if (field === 2) keys = joinNumbers(keys, part);
    else shape = joinNumbers(shape, part);
  }
  const size = type === 'float32' ? 4 : type === 'float64' ? 8 : 1;
  if ((values.end - values.start) % size !== 0)
    throw new WireError(`the values of a ${type} tensor are cut off`, start);
  return { type, values, keys, shape };
}

// Packed, or one number by itself: its bytes are the same.
function partOf(reader: WireReader, tag: number): Numbers {
  const length = tag % 8 === WIRE.bytes ? reader.length() : undefined;
  const start = reader.at;
  if (length === undefined) reader.skip(tag);
  else reader.at += length;
  return { bytes: reader.bytes, start, end: reader.at };
}

function joinNumbers(first: Numbers, second: Numbers): Numbers {
  if (first.end === first.start) return second;
  const bytes = Buffer.concat([
    first.bytes.subarray(first.start, first.end),
    second.bytes.subarray(second.start, second.end),
  ]);
  return { bytes, start: 0, end: bytes.length };
}

/** How many values a tensor has. @throws WireError. */
export function countValues({ type, values }: RawTensor): number {
  const length = values.end - values.start;
  return type === 'float32' ? length / 4 : type === 'float64' ? length / 8 : countVarints(values);
}

/** How many varints there are. @throws WireError if the last one is cut off. */
export function countVarints({ bytes, start, end }: Numbers): number {
  let count = 0;
  for (let at = start; at < end; at++) if ((bytes[at] as number) < 0x80) count++;
  if (end > start && (bytes[end - 1] as number) >= 0x80) throw new WireError('a number is cut off', end - 1);
  return count;
}

/** Writes the values of a tensor into `out`, from `at` on. */
export function copyValues(
  { type, values }: RawTensor,
  out: Float32Array | Float64Array | Int32Array,
  at: number,
): void {
  const { bytes, start, end } = values;
  if (type === 'int32') {
    const reader = new WireReader(bytes, start, end);
    for (let index = at; reader.at < end; index++) out[index] = reader.int32();
    return;
  }
  const isSame = type === 'float32' ? out instanceof Float32Array : out instanceof Float64Array;
  if (isSame && end - start > SMALL_BYTES) {
    // Numbers of this machine and of protobuf both have the lowest byte first. By bytes, as they may be unaligned.
    new Uint8Array(out.buffer, out.byteOffset, out.byteLength).set(
      bytes.subarray(start, end),
      at * out.BYTES_PER_ELEMENT,
    );
  } else if (type === 'float32') {
    for (let from = start, index = at; from < end; from += 4, index++) out[index] = bytes.readFloatLE(from);
  } else {
    for (let from = start, index = at; from < end; from += 8, index++) out[index] = bytes.readDoubleLE(from);
  }
}

/** Up to here, a loop is faster than two views of the bytes. */
const SMALL_BYTES = 512;

/** The varints of keys or of a shape. Numbers beyond 2^53 are only roughly right. @throws WireError. */
export function varintsOf(numbers: Numbers): Float64Array {
  const reader = new WireReader(numbers.bytes, numbers.start, numbers.end);
  const found = new Float64Array(countVarints(numbers));
  for (let index = 0; index < found.length; index++) found[index] = reader.varint();
  return found;
}
