import { isIPv4 } from 'node:net';
import { ServiceError } from '../http/service-error.ts';

const FORM = /^[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]$/;
const PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const SUFFIXES = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

/** @throws ServiceError InvalidBucketName */
export function checkBucketName(name: string): void {
  if (isBucketName(name)) return;
  throw new ServiceError('InvalidBucketName', 400, 'The specified bucket is not valid.', { BucketName: name });
}

/** The rules for general purpose buckets: "Bucket naming rules" of the Amazon S3 user guide. */
export function isBucketName(name: string): boolean {
  return (
    FORM.test(name) &&
    !name.includes('..') &&
    !isIPv4(name) &&
    !PREFIXES.some((prefix) => name.startsWith(prefix)) &&
    !SUFFIXES.some((suffix) => name.endsWith(suffix))
  );
}
