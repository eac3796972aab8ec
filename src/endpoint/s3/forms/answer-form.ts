import type { StoredObject } from '../../../buckets/buckets.ts';
import type { FormRequest, ServiceAnswer, SignedForm } from '../../http/service.ts';
import { ServiceError } from '../../http/service-error.ts';
import { checkedKey } from '../address.ts';
import { checksumHeaders } from '../body/checksum-headers.ts';
import { receiveBody } from '../body/receive-body.ts';
import { writeCheck } from '../conditions/conditions.ts';
import { invalidArgument } from '../errors.ts';
import { encodeKey } from '../lists/encode-key.ts';
import { encryptionHeaders } from '../objects/object-answer.ts';
import { wantedAttributes } from '../objects/object-headers.ts';
import { readTagging } from '../objects/tags.ts';
import { checkKey, DEFAULT_ALGORITHM, MAX_PUT_BYTES, withWriter } from '../objects/write-object.ts';
import { bucketOf, type S3Call } from '../s3-call.ts';
import { readXml } from '../xml/read-xml.ts';
import { plainXmlDocument } from '../xml/write-xml.ts';
import { type Form, readForm } from './read-form.ts';

/** What a form is sent to. */
export type FormCall = Omit<S3Call, 'request' | 'headers' | 'key'> & { readonly request: FormRequest };

/** Stores the file of a form ("POST Object" of the Amazon S3 API reference). @throws ServiceError */
export async function answerForm(call: FormCall): Promise<ServiceAnswer> {
  const form = await readForm(call.request);
  try {
    const fields = withKey(form);
    const signed = await call.request.identify(fields, call.bucketName);
    const stored = await storeFile(call, { fields, form, signed });
    return answerStored(call, fields, stored);
  } finally {
    form.close();
  }
}

/** The fields with the name of the file in the key, as the policy sees them. */
function withKey({ fields, fileName }: Form): ReadonlyMap<string, string> {
  const key = fields.get('key');
  if (key === undefined || key === '') {
    throw invalidArgument(
      'key',
      '',
      "Bucket POST must contain a field named 'key'. If it is specified, please check the order of the fields.",
    );
  }
  return new Map(fields).set('key', checkedKey(key.replaceAll('$' + '{filename}', () => fileName)));
}

interface FilledForm {
  readonly fields: ReadonlyMap<string, string>;
  readonly form: Form;
  readonly signed: SignedForm;
}

async function storeFile(call: FormCall, { fields, form, signed }: FilledForm): Promise<StoredObject> {
  const key = fields.get('key') ?? '';
  const request = { ...call.request, body: form.file, caller: signed.caller };
  const fileCall: S3Call = { ...call, key, request, headers: headersOf(fields) };
  const bucket = bucketOf(fileCall);
  checkKey(bucket, key);
  const { tags: _, ...wanted } = wantedAttributes(fileCall.headers);
  const tagging = fields.get('tagging');
  const tags = tagging === undefined ? [] : readTagging(readXml(tagging, 'Tagging'));
  const check = writeCheck(fileCall.headers, key);
  const rules = { maxBytes: Math.min(MAX_PUT_BYTES, signed.maxBytes), defaultAlgorithm: DEFAULT_ALGORITHM };
  return await withWriter(bucket, async (writer) => {
    const { md5, checksum, size } = await receiveBody(fileCall, rules, (piece) => writer.write(piece));
    if (size < signed.minBytes) throw entityTooSmall(size, signed.minBytes);
    const sum = checksum && ({ ...checksum, type: 'FULL_OBJECT' } as const);
    const attributes = { ...wanted, tags, etag: md5.toString('hex'), checksum: sum, parts: undefined };
    return await writer.commit(key, attributes, check);
  });
}

// Fields of a form mean what headers of the same names do. Its length is that of the form.
function headersOf(fields: ReadonlyMap<string, string>): S3Call['headers'] {
  const acl = fields.get('acl');
  return {
    ...Object.fromEntries(fields),
    ...(acl === undefined ? {} : { 'x-amz-acl': acl }),
    'content-length': undefined,
    'transfer-encoding': 'chunked',
  };
}

function answerStored(
  { request, bucketName }: FormCall,
  fields: FilledForm['fields'],
  stored: StoredObject,
): ServiceAnswer {
  const etag = `"${stored.etag}"`;
  const location = `http://${request.headers.host ?? ''}/${bucketName}/${encodeKey(stored.key)}`;
  const headers = { etag, location, ...checksumHeaders(stored.checksum), ...encryptionHeaders(stored.headers) };
  const redirect = redirectOf(fields.get('success_action_redirect') ?? fields.get('redirect'));
  if (redirect !== undefined) {
    redirect.searchParams.append('bucket', bucketName);
    redirect.searchParams.append('key', stored.key);
    redirect.searchParams.append('etag', etag);
    return { status: 303, headers: { ...headers, location: redirect.href } };
  }
  const status = fields.get('success_action_status');
  if (status !== '201') return { status: status === '200' ? 200 : 204, headers };
  const body = plainXmlDocument('PostResponse', [
    ['Location', location],
    ['Bucket', bucketName],
    ['Key', stored.key],
    ['ETag', etag],
  ]);
  return { status: 201, headers: { ...headers, 'content-type': 'application/xml' }, body };
}

/** A page that the signed policy allows; what is no URL of a page is ignored, as S3 does. */
function redirectOf(text: string | undefined): URL | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}

function entityTooSmall(size: number, min: number): ServiceError {
  return new ServiceError('EntityTooSmall', 400, 'Your proposed upload is smaller than the minimum allowed size', {
    ProposedSize: String(size),
    MinSizeAllowed: String(min),
  });
}
