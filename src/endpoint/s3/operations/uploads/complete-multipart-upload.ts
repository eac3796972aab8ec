import { createHash } from 'node:crypto';
import type { ObjectChecksum, Upload, UploadedPart } from '../../../../buckets/buckets.ts';
import { makeDigest } from '../../../../checksum/digest.ts';
import { isCrc, joinCrcs } from '../../../../checksum/join-crcs.ts';
import type { ServiceAnswer } from '../../../http/service.ts';
import { CHECKSUM_ALGORITHMS, checksumHeader, compareChecksum } from '../../body/checksum-headers.ts';
import { receiveText } from '../../body/receive-body.ts';
import { writeCheck } from '../../conditions/conditions.ts';
import { invalidRequest } from '../../errors.ts';
import { encodeKey } from '../../lists/encode-key.ts';
import { encryptionHeaders } from '../../objects/object-answer.ts';
import { DEFAULT_ALGORITHM } from '../../objects/write-object.ts';
import { type S3Call, xmlAnswer } from '../../s3-call.ts';
import { sumElements } from '../../xml/sum-elements.ts';
import { xmlDocument } from '../../xml/write-xml.ts';
import { chooseParts } from './choose-parts.ts';
import { checkPartAlgorithm, findUpload, partAlgorithm } from './find-upload.ts';

// A list of 10,000 parts with checksums is 2 MB.
const MAX_BYTES = 4 * 1024 * 1024;

export async function completeMultipartUpload(call: S3Call): Promise<ServiceAnswer> {
  const { bucket, upload } = await findUpload(call);
  const check = writeCheck(call.headers, call.key);
  // The sums that the request states are those of the object, not of this body.
  const body = await receiveText({ ...call, headers: withoutSums(call.headers) }, MAX_BYTES);
  const parts = chooseParts(body, upload, await bucket.uploads.parts(upload));
  checkSize(call.headers['x-amz-mp-object-size'], parts);
  const checksum = await joinSums(upload, parts);
  checkSums(call.headers, upload, checksum);
  const attributes = {
    headers: upload.headers,
    userMetadata: upload.userMetadata,
    tags: upload.tags,
    etag: joinEtags(parts),
    checksum,
    parts: parts.map(({ size, checksum: sum }) => ({ size, checksum: sum })),
  };
  const stored = await bucket.uploads.complete(upload, parts, attributes, check);
  return xmlAnswer(
    xmlDocument('CompleteMultipartUploadResult', [
      ['Location', `http://${call.headers['host'] ?? ''}/${bucket.name}/${encodeKey(call.key)}`],
      ['Bucket', bucket.name],
      ['Key', call.key],
      ['ETag', `"${stored.etag}"`],
      ...sumElements(stored.checksum),
    ]),
    encryptionHeaders(stored.headers),
  );
}

function withoutSums(headers: S3Call['headers']): S3Call['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^x-amz-(?:sdk-)?checksum-/.test(name)));
}

function checkSize(stated: string | undefined, parts: readonly UploadedPart[]): void {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (stated === undefined || stated === String(size)) return;
  throw invalidRequest(
    `The provided 'x-amz-mp-object-size' header value ${stated} does not match what was computed: ${size}`,
  );
}

function joinEtags(parts: readonly UploadedPart[]): string {
  const md5 = createHash('md5');
  for (const { etag } of parts) md5.update(Buffer.from(etag, 'hex'));
  return `${md5.digest('hex')}-${parts.length}`;
}

async function joinSums(upload: Upload, parts: readonly UploadedPart[]): Promise<ObjectChecksum | undefined> {
  const algorithm = partAlgorithm(upload);
  const type = upload.checksum?.type ?? 'FULL_OBJECT';
  const sums: { readonly sum: Buffer; readonly bytes: number }[] = [];
  for (const { checksum, size } of parts) {
    if (checksum === undefined) return undefined;
    sums.push({ sum: Buffer.from(checksum, 'base64'), bytes: size });
  }
  if (type === 'FULL_OBJECT' && isCrc(algorithm)) {
    return { algorithm, type, value: Buffer.from(joinCrcs(algorithm, sums)).toString('base64') };
  }
  const digest = makeDigest(algorithm);
  for (const { sum } of sums) digest.update(sum);
  const value = Buffer.from(await digest.digest()).toString('base64');
  return { algorithm, type: 'COMPOSITE', value: `${value}-${parts.length}` };
}

/** Compares what the request says of the object. @throws ServiceError InvalidRequest, BadDigest */
function checkSums(headers: S3Call['headers'], upload: Upload, checksum: ObjectChecksum | undefined): void {
  const type = upload.checksum?.type ?? 'FULL_OBJECT';
  const statedType = headers['x-amz-checksum-type']?.toUpperCase();
  if (statedType !== undefined && statedType !== type) {
    throw invalidRequest(
      `The upload was created using the ${type} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  const expected =
    upload.checksum === undefined ? { ...upload, checksum: { algorithm: DEFAULT_ALGORITHM, type } } : upload;
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const stated = headers[checksumHeader(algorithm)];
    if (stated === undefined) continue;
    checkPartAlgorithm(expected, algorithm);
    const computed = stated.includes('-') ? checksum?.value : checksum?.value.replace(/-\d+$/, '');
    compareChecksum(algorithm, stated, computed);
  }
}
