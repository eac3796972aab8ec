import { bucketOfHost } from '../http/allowed-hosts.ts';
import type { ServiceRequest } from '../http/service.ts';
import { ServiceError } from '../http/service-error.ts';

/** Which bucket and key a request names. Empty: none. */
export interface S3Address {
  readonly bucketName: string;
  readonly key: string;
}

/** Bytes of UTF-8: "Creating object key names" in the Amazon S3 user guide. */
export const MAX_KEY_BYTES = 1024;

/**
 * Reads the bucket of the host name (`BUCKET.localhost`, `BUCKET.s3.REGION.localhost`) or of the path, and the key as it was
 * sent: `a//b`, dots and a leading slash stay.
 * @param hostNames names of the endpoint beside those of the loopback interface
 * @throws ServiceError InvalidURI, KeyTooLongError
 */
export function readAddress(
  { headers, path }: Pick<ServiceRequest, 'headers' | 'path'>,
  hostNames: readonly string[],
): S3Address {
  const ofHost = bucketOfHost(headers.host, hostNames);
  const rest = path.slice(1);
  if (ofHost !== undefined) return { bucketName: ofHost, key: checkedKey(decode(rest)) };
  const slash = rest.indexOf('/');
  if (slash < 0) return { bucketName: decode(rest), key: '' };
  return { bucketName: decode(rest.slice(0, slash)), key: checkedKey(decode(rest.slice(slash + 1))) };
}

/** @throws ServiceError KeyTooLongError */
export function checkedKey(key: string): string {
  const bytes = Buffer.byteLength(key);
  if (bytes <= MAX_KEY_BYTES) return key;
  throw new ServiceError('KeyTooLongError', 400, 'Your key is too long', {
    Size: String(bytes),
    MaxSizeAllowed: String(MAX_KEY_BYTES),
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not percent-encoding, or not UTF-8.
    throw new ServiceError('InvalidURI', 400, "Couldn't parse the specified URI.");
  }
}
