/** Wire types of protobuf. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Bytes that are no protobuf message of this kind. `offset` is the position in the buffer. */
export class WireError extends Error {
  readonly offset: number;

  constructor(problem: string, offset: number) {
    super(problem);
    this.offset = offset;
  }
}

/** A position in a protobuf message. */
export class WireReader {
  readonly bytes: Buffer;
  at: number;
  end: number;

  constructor(bytes: Buffer, start: number, end: number) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** An unsigned varint as a double: exact up to 2^53, and at least 2^53 beyond. */
  varint(): number {
    const { bytes, end } = this;
    const start = this.at;
    let value = 0;
    let factor = 1;
    for (let at = start; at < end && at - start < 10; at++) {
      const byte = bytes[at] as number;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        this.at = at + 1;
        return value;
      }
      factor *= 128;
    }
    throw new WireError('a number is cut off or too long', start);
  }

  /** An `int32`, which is written as 64 bits. */
  int32(): number {
    const { bytes, end } = this;
    const start = this.at;
    let value = 0;
    for (let at = start; at < end && at - start < 10; at++) {
      const byte = bytes[at] as number;
      const shift = 7 * (at - start);
      // The higher bits are only the sign again.
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.at = at + 1;
        return value;
      }
    }
    throw new WireError('a number is cut off or too long', start);
  }

  /** The length of a field of bytes, which is inside the message. `at` is then its first byte. */
  length(): number {
    const start = this.at;
    const length = this.varint();
    if (length > this.end - this.at) throw new WireError('a field is longer than its message', start);
    return length;
  }

  /** Skips a field that is not known. */
  skip(tag: number): void {
    const start = this.at;
    const wire = tag % 8;
    if (tag < 8) throw new WireError('a field has the number 0', start);
    if (wire === WIRE.varint) this.varint();
    else if (wire === WIRE.bytes) {
      const length = this.length();
      this.at += length;
    } else if (wire === WIRE.fixed32 || wire === WIRE.fixed64) this.at += wire === WIRE.fixed32 ? 4 : 8;
    else throw new WireError(`a field has the wire type ${wire}`, start);
    if (this.at > this.end) throw new WireError('a field is longer than its message', start);
  }
}

/** Bytes of an unsigned varint. */
export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

/** Writes an unsigned varint. Returns the position behind it. */
export function writeVarint(target: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest >= 128) {
    target[at++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  target[at++] = rest;
  return at;
}

/** Bytes of an `int32`: negative numbers have 64 bits. */
export function int32Bytes(value: number): number {
  return value < 0 ? 10 : varintBytes(value);
}

/** Writes an `int32`. Returns the position behind it. */
export function writeInt32(target: Uint8Array, start: number, value: number): number {
  if (value >= 0) return writeVarint(target, start, value);
  let at = start;
  for (let shift = 0; shift < 28; shift += 7) target[at++] = ((value >> shift) & 0x7f) | 128;
  // Bits 28 to 31 are followed by the sign.
  target[at++] = (value >> 28) | 0xf0 | 128;
  for (let more = 0; more < 4; more++) target[at++] = 0xff;
  target[at++] = 1;
  return at;
}
