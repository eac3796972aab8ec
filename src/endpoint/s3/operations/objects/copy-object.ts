import type { OpenObject } from '../../../../buckets/buckets.ts';
import type { ServiceAnswer } from '../../../http/service.ts';
import { readAlgorithm } from '../../body/checksum-headers.ts';
import { writeCheck } from '../../conditions/conditions.ts';
import { invalidArgument, invalidRequest } from '../../errors.ts';
import { type CopySource, copyContent, openCopySource, readCopySource } from '../../objects/copy-source.ts';
import { encryptionHeaders } from '../../objects/object-answer.ts';
import { PLACEMENT, type WantedAttributes, wantedAttributes } from '../../objects/object-headers.ts';
import { checkKey, DEFAULT_ALGORITHM, MAX_PUT_BYTES, withWriter } from '../../objects/write-object.ts';
import { bucketOf, type S3Call, xmlAnswer } from '../../s3-call.ts';
import { sumElements } from '../../xml/sum-elements.ts';
import { xmlDocument } from '../../xml/write-xml.ts';

const UNCHANGED =
  "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.";
const TOO_LARGE = `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_PUT_BYTES}`;

export async function copyObject(call: S3Call): Promise<ServiceAnswer> {
  const bucket = bucketOf(call);
  checkKey(bucket, call.key);
  const requested = wantedAttributes(call.headers);
  const check = writeCheck(call.headers, call.key);
  const from = readCopySource(call);
  const takesMetadata = directive(call, 'metadata');
  const takesTags = directive(call, 'tagging');
  const algorithm = readAlgorithm(call.headers['x-amz-checksum-algorithm'] ?? '');
  const source = await openCopySource(call, from);
  const problem =
    takesMetadata && isUnchanged(call, from) ? UNCHANGED : source.size > MAX_PUT_BYTES ? TOO_LARGE : undefined;
  if (problem !== undefined) {
    await source.close();
    throw invalidRequest(problem);
  }
  const wanted = joinAttributes(requested, source, { takesMetadata, takesTags });
  const stored = await withWriter(bucket, async (writer) => {
    const kind = algorithm ?? source.checksum?.algorithm ?? DEFAULT_ALGORITHM;
    const { md5, checksum } = await copyContent(source, { start: 0, end: source.size }, writer, kind);
    const sum =
      checksum === undefined ? undefined : ({ algorithm: kind, value: checksum, type: 'FULL_OBJECT' } as const);
    return await writer.commit(call.key, { ...wanted, etag: md5, checksum: sum, parts: undefined }, check);
  });
  return xmlAnswer(
    xmlDocument('CopyObjectResult', [
      ['LastModified', stored.modifiedAt],
      ['ETag', `"${stored.etag}"`],
      ...sumElements(stored.checksum),
    ]),
    encryptionHeaders(stored.headers),
  );
}

/** Whether the copy takes it from the source. @throws ServiceError InvalidArgument */
function directive({ headers }: S3Call, of: 'metadata' | 'tagging'): boolean {
  const name = `x-amz-${of}-directive`;
  const value = headers[name] ?? 'COPY';
  if (value !== 'COPY' && value !== 'REPLACE') throw invalidArgument(name, value, `Unknown ${of} directive.`);
  return value === 'COPY';
}

/** Whether it copies an object to itself and changes nothing. */
function isUnchanged({ bucketName, key, headers }: S3Call, from: CopySource): boolean {
  const isSame = from.bucketName === bucketName && from.key === key;
  return isSame && !Object.keys(headers).some((name) => PLACEMENT.has(name));
}

function joinAttributes(
  requested: WantedAttributes,
  source: OpenObject,
  { takesMetadata, takesTags }: { readonly takesMetadata: boolean; readonly takesTags: boolean },
): WantedAttributes {
  const placement = Object.entries(requested.headers).filter(([name]) => PLACEMENT.has(name));
  const described = Object.entries(source.headers).filter(([name]) => !PLACEMENT.has(name));
  return {
    headers: takesMetadata ? Object.fromEntries([...described, ...placement]) : requested.headers,
    userMetadata: takesMetadata ? source.userMetadata : requested.userMetadata,
    tags: takesTags ? source.tags : requested.tags,
  };
}
