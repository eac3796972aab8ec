import { GoneError, KeyError } from '../../buckets/errors.ts';
import { isDiskFull, isOptmlError, systemErrorCode } from '../../errors/error.ts';
import { ServiceError } from '../http/service-error.ts';

const GONE: Readonly<Record<GoneError['what'], readonly [code: string, status: number]>> = {
  bucket: ['NoSuchBucket', 404],
  upload: ['NoSuchUpload', 404],
  part: ['InvalidPart', 400],
};

const DENIED = ['EACCES', 'EPERM'];

/** The error that S3 answers if a bucket could not do what an operation wanted; undefined for any other error. */
export function bucketError(error: unknown): ServiceError | undefined {
  if (error instanceof ServiceError) return error;
  if (error instanceof GoneError) return goneError(error);
  if (error instanceof KeyError) return new ServiceError('InvalidArgument', 400, error.message);
  // A file that another program has put into a folder.
  if (DENIED.includes(systemErrorCode(error) ?? '')) return new ServiceError('AccessDenied', 403, 'Access Denied');
  if (!isOptmlError(error) || error.code !== 'DISK_WRITE_FAILED') return undefined;
  const isFull = isDiskFull(error.cause) || systemErrorCode(error.cause) === 'EFBIG';
  // Clients do not repeat a request that gets the status 507.
  return new ServiceError(isFull ? 'InsufficientStorage' : 'InternalError', isFull ? 507 : 500, error.message);
}

function goneError({ what, message }: GoneError): ServiceError {
  const [code, status] = GONE[what];
  return new ServiceError(code, status, `${message.charAt(0).toUpperCase()}${message.slice(1)}.`);
}
