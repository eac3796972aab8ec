import { preconditionFailed } from './errors.ts';
import { createBucket } from './operations/buckets/create-bucket.ts';
import { deleteBucket } from './operations/buckets/delete-bucket.ts';
import { getBucketLocation } from './operations/buckets/get-bucket-location.ts';
import { headBucket } from './operations/buckets/head-bucket.ts';
import { listBuckets } from './operations/buckets/list-buckets.ts';
import { SETTING_READS } from './operations/buckets/read-settings.ts';
import { listMultipartUploads } from './operations/lists/list-multipart-uploads.ts';
import { listObjectVersions } from './operations/lists/list-object-versions.ts';
import { listObjects } from './operations/lists/list-objects.ts';
import { listObjectsV2 } from './operations/lists/list-objects-v2.ts';
import { listParts } from './operations/lists/list-parts.ts';
import { copyObject } from './operations/objects/copy-object.ts';
import { deleteObject } from './operations/objects/delete-object.ts';
import { deleteObjects } from './operations/objects/delete-objects.ts';
import { getObject } from './operations/objects/get-object.ts';
import { getObjectAcl } from './operations/objects/get-object-acl.ts';
import { getObjectAttributes } from './operations/objects/get-object-attributes.ts';
import { headObject } from './operations/objects/head-object.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './operations/objects/object-tagging.ts';
import { putObject } from './operations/objects/put-object.ts';
import { putAcl } from './operations/put-acl.ts';
import { abortMultipartUpload } from './operations/uploads/abort-multipart-upload.ts';
import { completeMultipartUpload } from './operations/uploads/complete-multipart-upload.ts';
import { createMultipartUpload } from './operations/uploads/create-multipart-upload.ts';
import { uploadPart } from './operations/uploads/upload-part.ts';
import { uploadPartCopy } from './operations/uploads/upload-part-copy.ts';
import type { Operation } from './s3-call.ts';

/** The operations of this endpoint by their names. All others of S3 are answered with NotImplemented. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...SETTING_READS,
  AbortMultipartUpload: abortMultipartUpload,
  CompleteMultipartUpload: completeMultipartUpload,
  CopyObject: copyObject,
  CreateBucket: createBucket,
  CreateMultipartUpload: createMultipartUpload,
  DeleteBucket: deleteBucket,
  DeleteObject: deleteObject,
  DeleteObjectTagging: deleteObjectTagging,
  DeleteObjects: deleteObjects,
  GetBucketLocation: getBucketLocation,
  GetObject: getObject,
  GetObjectAcl: getObjectAcl,
  GetObjectAttributes: getObjectAttributes,
  GetObjectTagging: getObjectTagging,
  HeadBucket: headBucket,
  HeadObject: headObject,
  ListBuckets: listBuckets,
  ListMultipartUploads: listMultipartUploads,
  ListObjectVersions: listObjectVersions,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListParts: listParts,
  PostObject: refuseSignedPost,
  PutBucketAcl: putAcl,
  PutObject: putObject,
  PutObjectAcl: putAcl,
  PutObjectTagging: putObjectTagging,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
};

/** A form is signed in its fields, and arrives on a way of its own. */
async function refuseSignedPost(): ReturnType<Operation> {
  throw preconditionFailed('Bucket POST must be of the enclosure-type multipart/form-data');
}
