import type { ServiceAnswer } from '../../../http/service.ts';
import { checksumHeaders } from '../../body/checksum-headers.ts';
import { receiveBody } from '../../body/receive-body.ts';
import { writeCheck } from '../../conditions/conditions.ts';
import { encryptionHeaders } from '../../objects/object-answer.ts';
import { wantedAttributes } from '../../objects/object-headers.ts';
import { checkKey, DEFAULT_ALGORITHM, MAX_PUT_BYTES, withWriter } from '../../objects/write-object.ts';
import { bucketOf, type S3Call } from '../../s3-call.ts';

export async function putObject(call: S3Call): Promise<ServiceAnswer> {
  const bucket = bucketOf(call);
  checkKey(bucket, call.key);
  const wanted = wantedAttributes(call.headers);
  const check = writeCheck(call.headers, call.key);
  const rules = { maxBytes: MAX_PUT_BYTES, defaultAlgorithm: DEFAULT_ALGORITHM };
  const stored = await withWriter(bucket, async (writer) => {
    const { md5, checksum } = await receiveBody(call, rules, (piece) => writer.write(piece));
    const attributes = {
      ...wanted,
      etag: md5.toString('hex'),
      checksum: checksum && ({ ...checksum, type: 'FULL_OBJECT' } as const),
      parts: undefined,
    };
    return await writer.commit(call.key, attributes, check);
  });
  return {
    status: 200,
    headers: { etag: `"${stored.etag}"`, ...checksumHeaders(stored.checksum), ...encryptionHeaders(stored.headers) },
  };
}
