import type { S3Location } from '../contract/location.ts';
import type { Operation } from './s3-errors.ts';

/** Operations by the permission that S3 asks for each. */
export const getObject = (location: S3Location): Operation => ({
  name: 'GetObject',
  verb: 'download',
  location,
  permission: 's3:GetObject',
});

export const headObject = (location: S3Location): Operation => ({
  name: 'HeadObject',
  verb: 'look at',
  location,
  permission: 's3:GetObject',
});

export const listObjects = (location: S3Location): Operation => ({
  name: 'ListObjectsV2',
  verb: 'list',
  location,
  permission: 's3:ListBucket',
});

/** The requests that an upload is made of: `PutObject`, `UploadPart` … */
export const upload = (location: S3Location, name: string): Operation => ({
  name,
  verb: 'upload to',
  location,
  permission: 's3:PutObject',
});

export const deleteObject = (location: S3Location): Operation => ({
  name: 'DeleteObject',
  verb: 'delete',
  location,
  permission: 's3:DeleteObject',
});
