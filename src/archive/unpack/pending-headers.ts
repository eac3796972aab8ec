import { quoteName, type RawName } from '../../job-tree/raw-name.ts';
import { BLOCK, type HeaderBlock } from '../header-block.ts';
import { isZero } from '../zeros.ts';
import { type ExtendedHeader, type ExtendedSparse, readExtended } from './extended-header.ts';
import { parsePax } from './pax-records.ts';
import { RefusedEntry } from './unpack-errors.ts';

/** What extended headers say of the entry that they stand before. */
export interface Extension {
  readonly name: RawName | undefined;
  readonly linkName: RawName | undefined;
  readonly size: number | undefined;
  /** Seconds since 1970. */
  readonly time: number | undefined;
  readonly sparse: ExtendedSparse | undefined;
}

/** Most bytes that an extended header may have: names and attributes are far smaller. */
const MOST_BYTES = 1024 * 1024;

/** The extended headers that have come, pax's and GNU's, and stand for an entry or for all that follow. */
export class PendingHeaders {
  readonly #mostBytes: number;
  #bytes = 0;
  #global: ExtendedHeader = {};
  /** The name of the first one for the next entry. */
  #name: RawName | undefined;
  #pax: ExtendedHeader | undefined;
  #longName: RawName | undefined;
  #longLink: RawName | undefined;

  /** @param mostBytes Most bytes that all together may have, with their header blocks. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Whether an entry must follow. */
  get isPending(): boolean {
    return this.#name !== undefined;
  }

  /** Whether headers of this type say something of other entries. */
  static isOne(type: string): boolean {
    // X is what Solaris calls x.
    return 'xXgLK'.includes(type);
  }

  /**
   * Counts a header block and what follows it, before it is read.
   *
   * @throws RefusedEntry when it is too large, or all are.
   */
  count(payloadBytes: number): void {
    if (payloadBytes > MOST_BYTES) throw new RefusedEntry('has an extended header that is too large');
    this.#bytes += BLOCK + payloadBytes;
    if (this.#bytes <= this.#mostBytes) return;
    throw new RefusedEntry(`brings more than ${this.#mostBytes} bytes of extended headers, the limit`);
  }

  /**
   * Takes what follows the header block; `next` is the byte after it, where its last block is not full.
   *
   * @throws RefusedEntry when it is malformed, or stands where it should not.
   */
  take({ name, type }: HeaderBlock, payload: Buffer, next: number | undefined): void {
    if (type === 'g') {
      if (this.isPending) throw new RefusedEntry('stands between an extended header and its entry');
      this.#global = { ...this.#global, ...readExtended(parsePax(payload), true) };
      return;
    }
    this.#name ??= name;
    if (type === 'L') this.#longName = once(this.#longName, readLongName(payload, next));
    else if (type === 'K') this.#longLink = once(this.#longLink, readLongName(payload, next));
    else this.#pax = once(this.#pax, readExtended(parsePax(payload), false));
  }

  /** What they say of the present entry; the next one starts without them. */
  apply(): Extension {
    const pax = this.#pax ?? {};
    const extension = {
      name: oneOf(pax.sparse?.path ?? pax.path, this.#longName),
      linkName: oneOf(pax.linkPath, this.#longLink),
      size: pax.size,
      time: pax.time ?? this.#global.time,
      sparse: pax.sparse,
    };
    this.#name = undefined;
    this.#pax = undefined;
    this.#longName = undefined;
    this.#longLink = undefined;
    return extension;
  }

  /** @throws RefusedEntry when an entry should have followed. */
  end(): void {
    if (this.isPending) throw new RefusedEntry('is an extended header without an entry after it', this.#name);
  }
}

function once<Value>(known: Value | undefined, value: Value): Value {
  if (known === undefined) return value;
  throw new RefusedEntry('is the second extended header of its kind for one entry');
}

// GNU's long names end with a NUL. Where a program did not count it, it must be there nevertheless: some read on without.
function readLongName(payload: Buffer, next: number | undefined): RawName {
  const end = payload.indexOf(0);
  if (end < 0 && next !== 0) throw new RefusedEntry('has a long name without an end');
  if (end >= 0 && !isZero(payload.subarray(end))) throw new RefusedEntry('has a NUL in its name');
  const name = payload.toString('latin1', 0, end < 0 ? payload.length : end);
  if (name === '') throw new RefusedEntry('is an extended header with an empty name');
  return name;
}

// Readers disagree about which one counts.
function oneOf(pax: RawName | undefined, gnu: RawName | undefined): RawName | undefined {
  if (pax === undefined || gnu === undefined || pax === gnu) return pax ?? gnu;
  throw new RefusedEntry(`has another name too, ${quoteName(gnu)}`, pax);
}
