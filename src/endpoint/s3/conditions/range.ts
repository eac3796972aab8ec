import { ServiceError } from '../../http/service-error.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';

/** Bytes from `start` up to but not including `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The range that a `Range` header asks for. Undefined, so the whole object: there is none, or several, or it is no range.
 * @throws ServiceError InvalidRange if the object has none of these bytes
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first, last] = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first === '') {
    if (Number(last) === 0 || size === 0) throw invalidRange(header, size);
    return { start: Math.max(0, size - Number(last)), end: size };
  }
  if (last !== '' && Number(last) < Number(first)) return undefined;
  if (Number(first) >= size) throw invalidRange(header, size);
  return { start: Number(first), end: last === '' ? size : Math.min(size, Number(last) + 1) };
}

/** The range of `x-amz-copy-source-range`; the whole source without one. @throws ServiceError */
export function readCopyRange(header: string | undefined, size: number): ByteRange {
  if (header === undefined) return { start: 0, end: size };
  const [, first, last] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header) ?? [];
  if (first === undefined || last === undefined || Number(first) > Number(last)) {
    const message =
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy';
    throw invalidArgument('x-amz-copy-source-range', header, message);
  }
  if (Number(last) >= size) {
    const message = `Range specified is not valid for source object of size: ${size}`;
    throw Number(first) >= size
      ? invalidRequest('The specified copy range is invalid for the source object size.')
      : invalidArgument('x-amz-copy-source-range', header, message);
  }
  return { start: Number(first), end: Number(last) + 1 };
}

/** `Content-Range` of an answer. */
export function contentRange({ start, end }: ByteRange, size: number): string {
  return `bytes ${start}-${end - 1}/${size}`;
}

function invalidRange(header: string | undefined, size: number): ServiceError {
  return new ServiceError('InvalidRange', 416, 'The requested range is not satisfiable', {
    RangeRequested: header ?? '',
    ActualObjectSize: String(size),
  });
}
