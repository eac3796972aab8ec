// Archives built block by block, with whatever fields: what no program would write, too.

/** Fields of a header block. Texts are bytes, a character each; numbers are written in octal. */
export interface BlockFields {
  readonly name?: string;
  readonly type?: string;
  /** As it stands when it is text, whatever follows really. */
  readonly size?: number | string;
  readonly mode?: number | string;
  readonly time?: number | string;
  readonly link?: string;
  /** Eight characters: POSIX's by default. */
  readonly magic?: string;
  readonly prefix?: string;
  /** Bytes at other places. */
  readonly at?: Readonly<Record<number, string>>;
  /** Added to the right checksum. */
  readonly wrongBy?: number;
}

const BLOCK = 512;
export const POSIX = 'ustar\x0000';
export const GNU = 'ustar  \0';
/** No magic: as before 1988. */
export const V7 = '\0'.repeat(8);

/** The mark of an archive's end. */
export const END: Buffer = Buffer.alloc(2 * BLOCK);

/** One header block. */
export function headerBlock(fields: BlockFields): Buffer {
  const block = Buffer.alloc(BLOCK);
  const put = (text: string, at: number) => block.write(text, at, 'latin1');
  put((fields.name ?? 'name').slice(0, 100), 0);
  put(octal(fields.mode ?? 0o644, 8), 100);
  put('0000000\x000000000\0', 108);
  put(octal(fields.size ?? 0, 12), 124);
  put(octal(fields.time ?? 1_700_000_000, 12), 136);
  put(fields.type ?? '0', 156);
  put(fields.link ?? '', 157);
  put(fields.magic ?? POSIX, 257);
  put(fields.prefix ?? '', 345);
  for (const [at, text] of Object.entries(fields.at ?? {})) put(text, Number(at));
  return sumUp(block, fields.wrongBy);
}

/** Puts the right checksum into a header block, or one that is wrong by so much. */
export function sumUp(block: Buffer, wrongBy = 0): Buffer {
  block.write(' '.repeat(8), 148);
  const sum = block.reduce((total, byte) => total + byte, 0) + wrongBy;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** A header block and what follows it, filled up to whole blocks. */
export function entry(fields: BlockFields, content: string | Buffer = ''): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
  return Buffer.concat([headerBlock({ size: bytes.length, ...fields }), bytes, padding]);
}

/** A pax extended header with these records, in this order. */
export function pax(records: ReadonlyArray<readonly [key: string, value: string]>, type = 'x'): Buffer {
  return entry({ name: 'PaxHeader/name', type }, records.map(([key, value]) => paxRecord(key, value)).join(''));
}

/** One record of it. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
  return `${length}${rest}`;
}

/** GNU's long name (`L`) or long link name (`K`) for the next entry. */
export function longName(type: 'L' | 'K', name: string): Buffer {
  return entry({ name: '././@LongLink', type, magic: GNU }, `${name}\0`);
}

/** A number in binary, as GNU writes large and negative ones. */
export function binary(value: bigint, length: number): string {
  const bits = BigInt.asUintN(8 * length, value);
  const bytes = Buffer.from(bits.toString(16).padStart(2 * length, '0'), 'hex');
  bytes[0] = (bytes[0] ?? 0) | 0x80;
  return bytes.toString('latin1');
}

/** What an old sparse file (type `S`) has in its header: segments, whether blocks with more follow, the real size. */
export function sparseFields(segments: readonly number[], size: number, isContinued = false): Record<number, string> {
  const numbers = segments.map((number) => octal(number, 12)).join('');
  return { 386: numbers, 482: isContinued ? '\x01' : '\0', 483: octal(size, 12) };
}

/** A block with more segments of it. */
export function sparseBlock(segments: readonly number[], isContinued = false): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(segments.map((number) => octal(number, 12)).join(''), 0, 'latin1');
  block[504] = isContinued ? 1 : 0;
  return block;
}

function octal(value: number | string, length: number): string {
  return typeof value === 'string' ? value : `${value.toString(8).padStart(length - 1, '0')}\0`;
}
