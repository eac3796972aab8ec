import { resolve } from 'node:path';
import { parseLocation } from '../../contract/location.ts';

/** A path of this machine as an absolute one; what is in S3 as it is. */
export function absoluteLocation(location: string, baseDir: string): string {
  const relative = /^file:\/\/(\.\.?(?:\/.*)?)$/i.exec(location)?.[1];
  const parsed = parseLocation(relative ?? location);
  return 'path' in parsed ? resolve(baseDir, parsed.path) : location;
}

/** Whether a location is in S3. */
export function isInS3(location: string): boolean {
  return /^s3:\/\//i.test(location);
}
