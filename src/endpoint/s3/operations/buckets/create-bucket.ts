import type { ServiceAnswer } from '../../../http/service.ts';
import { ServiceError } from '../../../http/service-error.ts';
import { receiveText } from '../../body/receive-body.ts';
import { checkBucketName } from '../../bucket-name.ts';
import { invalidRequest, malformedXml } from '../../errors.ts';
import { refuseUnsupported } from '../../objects/object-headers.ts';
import type { S3Call } from '../../s3-call.ts';
import { readXml, textOf } from '../../xml/read-xml.ts';

const MAX_BYTES = 64 * 1024;
const FIRST_REGION = 'us-east-1';

export async function createBucket(call: S3Call): Promise<ServiceAnswer> {
  const { bucketName: name, headers, request } = call;
  checkBucketName(name);
  refuseSettings(headers);
  const region = readRegion(await receiveText(call, MAX_BYTES), request.caller.region);
  await createOnce(call, region);
  return { status: 200, headers: { location: `/${name}` } };
}

async function createOnce({ bucketName: name, buckets, creations }: S3Call, region: string): Promise<void> {
  for (let other = creations.get(name); other !== undefined; other = creations.get(name)) await other;
  const existing = buckets.find(name);
  if (existing !== undefined) {
    // Only in this region S3 takes a second creation by the owner as done.
    if (existing.region === FIRST_REGION && region === FIRST_REGION) return;
    const message = 'Your previous request to create the named bucket succeeded and you already own it.';
    throw new ServiceError('BucketAlreadyOwnedByYou', 409, message, { BucketName: name });
  }
  const creation = buckets.create(name, region);
  creations.set(
    name,
    creation.catch(() => undefined),
  );
  try {
    await creation;
  } finally {
    creations.delete(name);
  }
}

function refuseSettings(headers: S3Call['headers']): void {
  if (headers['x-amz-bucket-object-lock-enabled']?.toLowerCase() === 'true') {
    throw new ServiceError('NotImplemented', 501, 'Object lock is not implemented by this endpoint.');
  }
  const ownership = headers['x-amz-object-ownership'];
  if (ownership !== undefined && ownership !== 'BucketOwnerEnforced') {
    throw new ServiceError(
      'NotImplemented',
      501,
      `The object ownership ${ownership} is not implemented by this endpoint.`,
    );
  }
  if (headers['x-amz-acl'] !== undefined && headers['x-amz-acl'] !== 'private') {
    throw invalidRequest("Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting");
  }
  refuseUnsupported(headers);
}

/** The region of the bucket: that of the document, which must be the one of the signature, except in us-east-1. */
function readRegion(text: string, ofCaller: string): string {
  const constraint = text.trim() === '' ? undefined : readConstraint(text);
  if (constraint === undefined) {
    if (ofCaller === FIRST_REGION) return FIRST_REGION;
    throw illegalConstraint('unspecified');
  }
  if (!/^(?:EU|[a-z]{2}(?:-[a-z]+)+-\d)$/.test(constraint) || constraint === FIRST_REGION) {
    throw new ServiceError('InvalidLocationConstraint', 400, 'The specified location-constraint is not valid', {
      LocationConstraint: constraint,
    });
  }
  const region = constraint === 'EU' ? 'eu-west-1' : constraint;
  if (ofCaller !== FIRST_REGION && ofCaller !== region) throw illegalConstraint(constraint);
  return region;
}

function readConstraint(text: string): string | undefined {
  const configuration = readXml(text, 'CreateBucketConfiguration');
  const constraint = textOf(configuration, 'LocationConstraint');
  if (constraint === '') throw malformedXml();
  return constraint;
}

function illegalConstraint(constraint: string): ServiceError {
  const message = `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`;
  return new ServiceError('IllegalLocationConstraintException', 400, message);
}
