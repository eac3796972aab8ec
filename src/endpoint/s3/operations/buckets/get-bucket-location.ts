import type { ServiceAnswer } from '../../../http/service.ts';
import { bucketOf, type S3Call, xmlAnswer } from '../../s3-call.ts';
import { xmlDocument } from '../../xml/write-xml.ts';

/** The root element is the constraint itself, and empty for us-east-1. */
export async function getBucketLocation(call: S3Call): Promise<ServiceAnswer> {
  const { region } = bucketOf(call);
  return xmlAnswer(xmlDocument('LocationConstraint', region === 'us-east-1' ? '' : region));
}
