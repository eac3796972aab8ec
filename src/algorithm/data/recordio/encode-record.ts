import { TENSOR_FIELDS, type TensorType } from './tensor.ts';
import { int32Bytes, varintBytes, WIRE, writeInt32, writeVarint } from './wire.ts';

/** Numbers of a tensor. Their type is that of the tensor. */
export type TensorValues = Float32Array | Float64Array | Int32Array;

/** A tensor of a record: dense, or sparse with keys and shape. */
export interface Tensor {
  readonly values: TensorValues;
  /** The position of each value in a sparse tensor. */
  readonly keys?: ArrayLike<number> | undefined;
  readonly shape?: readonly number[] | undefined;
}

const VALUES = Buffer.from('values');

/** Bytes that surround a tensor in a record: the key `values` with its tag and length. */
const KEY_BYTES = 2 + VALUES.length;

/** Bytes of a field with a content of so many bytes and a tag of one byte. */
function fieldBytes(length: number): number {
  return 1 + varintBytes(length) + length;
}

/** Sizes of a tensor's parts, in the order in which they are written. */
interface TensorSizes {
  readonly values: number;
  readonly keys: number;
  readonly shape: number;
  readonly tensor: number;
  readonly value: number;
  readonly entry: number;
  /** All bytes of the field `features` or `label`. */
  readonly total: number;
}

/** The sizes of `features["values"]` or `label["values"]` with this tensor. */
export function tensorSizes({ values, keys, shape }: Tensor): TensorSizes {
  const valueBytes = values instanceof Int32Array ? sum(values, int32Bytes) : values.byteLength;
  const keyBytes = keys === undefined ? 0 : sum(keys, varintBytes);
  const shapeBytes = shape === undefined ? 0 : sum(shape, varintBytes);
  // An empty list is not written.
  const tensor = [valueBytes, keyBytes, shapeBytes].reduce((all, size) => all + (size === 0 ? 0 : fieldBytes(size)), 0);
  const value = fieldBytes(tensor);
  const entry = KEY_BYTES + fieldBytes(value);
  return { values: valueBytes, keys: keyBytes, shape: shapeBytes, tensor, value, entry, total: fieldBytes(entry) };
}

/** Writes the field 1 (`features`) or 2 (`label`) of a record. Returns the position behind it. */
export function writeTensor(target: Buffer, start: number, field: 1 | 2, tensor: Tensor, sizes: TensorSizes): number {
  let at = writeBytesHeader(target, start, field, sizes.entry);
  at = writeBytesHeader(target, at, 1, VALUES.length);
  target.set(VALUES, at);
  at = writeBytesHeader(target, at + VALUES.length, 2, sizes.value);
  at = writeBytesHeader(target, at, TENSOR_FIELDS[typeOf(tensor.values)], sizes.tensor);
  if (sizes.values > 0) at = writeValues(target, writeBytesHeader(target, at, 1, sizes.values), tensor.values);
  if (sizes.keys > 0) at = writeVarints(target, writeBytesHeader(target, at, 2, sizes.keys), tensor.keys ?? []);
  if (sizes.shape > 0) at = writeVarints(target, writeBytesHeader(target, at, 3, sizes.shape), tensor.shape ?? []);
  return at;
}

function typeOf(values: TensorValues): TensorType {
  return values instanceof Int32Array ? 'int32' : values instanceof Float64Array ? 'float64' : 'float32';
}

function writeBytesHeader(target: Buffer, start: number, field: number, length: number): number {
  target[start] = (field << 3) | WIRE.bytes;
  return writeVarint(target, start + 1, length);
}

function writeValues(target: Buffer, start: number, values: TensorValues): number {
  if (values instanceof Int32Array) {
    let at = start;
    for (const value of values) at = writeInt32(target, at, value);
    return at;
  }
  target.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), start);
  return start + values.byteLength;
}

function writeVarints(target: Buffer, start: number, numbers: ArrayLike<number>): number {
  let at = start;
  for (let index = 0; index < numbers.length; index++) at = writeVarint(target, at, numbers[index] as number);
  return at;
}

function sum(numbers: ArrayLike<number>, size: (value: number) => number): number {
  let total = 0;
  for (let index = 0; index < numbers.length; index++) total += size(numbers[index] as number);
  return total;
}
