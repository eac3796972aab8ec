// The wire format of Protocol Buffers, as far as an ONNX file needs it: protobuf.dev/programming-guides/encoding. A library
// for writing six kinds of messages would be larger than this file.

/** A field of a message: its number and its bytes. */
export type Field = Buffer;

const VARINT = 0;
const BYTES = 2;
const FIXED32 = 5;

/** A whole number of at least 0 and at most 2^53. */
export function numberField(field: number, value: number): Field {
  return Buffer.concat([varint(field * 8 + VARINT), varint(value)]);
}

/** A number of 32 bits. */
export function floatField(field: number, value: number): Field {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([varint(field * 8 + FIXED32), bytes]);
}

/** Text, as UTF-8. */
export function textField(field: number, text: string): Field {
  return bytesField(field, Buffer.from(text));
}

/** A message in a message. */
export function messageField(field: number, fields: readonly Field[]): Field {
  return bytesField(field, Buffer.concat(fields));
}

/** Bytes. */
export function bytesField(field: number, bytes: Uint8Array): Field {
  return Buffer.concat([varint(field * 8 + BYTES), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}
