import { invalidArgument } from '../errors.ts';

/**
 * A key as S3 encodes it for `encoding-type=url`: in UTF-8, percent-encoded, spaces as plus signs, slashes as they are
 * ("ListObjectsV2" of the Amazon S3 API reference: `test_file(3).png` becomes `test_file%283%29.png`).
 */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');
}

/** How a list writes keys, as its request asks. @throws ServiceError InvalidArgument */
export function keyWriter(query: URLSearchParams): (key: string) => string {
  const type = query.get('encoding-type');
  if (type === null || type === '') return (key) => key;
  if (type.toLowerCase() === 'url') return encodeKey;
  throw invalidArgument('encoding-type', type, 'Invalid Encoding Method specified in Request');
}
