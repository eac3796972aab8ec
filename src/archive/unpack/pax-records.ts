import type { RawName } from '../../job-tree/raw-name.ts';
import { RefusedEntry } from './unpack-errors.ts';

/** A record of a pax extended header. The value is bytes, whatever `hdrcharset` calls them. */
export type PaxRecord = readonly [key: string, value: RawName];

const SPACE = 0x20;
const LINE_FEED = 0x0a;

/**
 * The records of a pax extended header, each `LENGTH KEY=VALUE` and a line break. Values may hold line breaks themselves:
 * only the length tells where a record ends.
 *
 * @throws RefusedEntry when it is malformed anywhere.
 */
export function parsePax(payload: Buffer): readonly PaxRecord[] {
  const records: PaxRecord[] = [];
  for (let start = 0; start < payload.length; ) {
    const space = payload.indexOf(SPACE, start);
    const digits = payload.toString('latin1', start, space < 0 ? payload.length : Math.min(space, start + 12));
    const end = /^[1-9]\d*$/.test(digits) ? start + Number(digits) : Number.NaN;
    const equals = payload.indexOf('=', space);
    const isWhole = end <= payload.length && payload[end - 1] === LINE_FEED;
    if (!isWhole || equals < space + 2 || equals >= end) {
      throw new RefusedEntry(`has a malformed extended header, at its byte ${start}`);
    }
    records.push([payload.toString('latin1', space + 1, equals), payload.toString('latin1', equals + 1, end - 1)]);
    start = end;
  }
  return records;
}
