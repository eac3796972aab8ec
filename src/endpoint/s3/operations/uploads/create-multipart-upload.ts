import type { ObjectChecksum } from '../../../../buckets/buckets.ts';
import type { ServiceAnswer } from '../../../http/service.ts';
import { readAlgorithm } from '../../body/checksum-headers.ts';
import { invalidRequest } from '../../errors.ts';
import { encryptionHeaders } from '../../objects/object-answer.ts';
import { wantedAttributes } from '../../objects/object-headers.ts';
import { checkKey } from '../../objects/write-object.ts';
import { bucketOf, type S3Call, xmlAnswer } from '../../s3-call.ts';
import { xmlDocument } from '../../xml/write-xml.ts';

export async function createMultipartUpload(call: S3Call): Promise<ServiceAnswer> {
  const bucket = bucketOf(call);
  checkKey(bucket, call.key);
  const wanted = wantedAttributes(call.headers);
  const checksum = wantedChecksum(call.headers);
  const upload = await bucket.uploads.begin(call.key, { ...wanted, checksum });
  return xmlAnswer(
    xmlDocument('InitiateMultipartUploadResult', [
      ['Bucket', bucket.name],
      ['Key', call.key],
      ['UploadId', upload.id],
    ]),
    {
      ...encryptionHeaders(wanted.headers),
      ...(checksum && { 'x-amz-checksum-algorithm': checksum.algorithm, 'x-amz-checksum-type': checksum.type }),
    },
  );
}

/**
 * Undefined: the client wants no particular checksum. CRC64NVME is of the whole object only, SHA-1 and SHA-256 only composite:
 * "Checking object integrity" of the Amazon S3 user guide.
 */
function wantedChecksum(headers: S3Call['headers']): Pick<ObjectChecksum, 'algorithm' | 'type'> | undefined {
  const name = headers['x-amz-checksum-algorithm'];
  const type = headers['x-amz-checksum-type']?.toUpperCase();
  if (name === undefined) {
    if (type === undefined) return undefined;
    throw invalidRequest('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.');
  }
  const algorithm = readAlgorithm(name);
  if (algorithm === undefined) {
    throw invalidRequest(
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    );
  }
  const found = type ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  if (found !== 'FULL_OBJECT' && found !== 'COMPOSITE') {
    throw invalidRequest('Value for x-amz-checksum-type header is invalid.');
  }
  const isPossible = found === 'FULL_OBJECT' ? algorithm.startsWith('CRC') : algorithm !== 'CRC64NVME';
  if (isPossible) return { algorithm, type: found };
  throw invalidRequest(
    `The ${found} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
  );
}
