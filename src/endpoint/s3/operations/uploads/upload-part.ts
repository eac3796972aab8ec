import type { ServiceAnswer } from '../../../http/service.ts';
import { checksumHeader, statedChecksum } from '../../body/checksum-headers.ts';
import { receiveBody } from '../../body/receive-body.ts';
import { encryptionHeaders, readPartNumber } from '../../objects/object-answer.ts';
import { refuseUnsupported } from '../../objects/object-headers.ts';
import { MAX_PUT_BYTES, withWriter } from '../../objects/write-object.ts';
import type { S3Call } from '../../s3-call.ts';
import { checkPartAlgorithm, findUpload, partAlgorithm } from './find-upload.ts';

export async function uploadPart(call: S3Call): Promise<ServiceAnswer> {
  const number = readPartNumber(call.query.get('partNumber') ?? '');
  const { bucket, upload } = await findUpload(call);
  refuseUnsupported(call.headers);
  checkPartAlgorithm(upload, statedChecksum(call.headers)?.algorithm);
  const rules = { maxBytes: MAX_PUT_BYTES, algorithm: partAlgorithm(upload) };
  const { etag, sum } = await withWriter(bucket, async (writer) => {
    const { md5, checksum, stated } = await receiveBody(call, rules, (piece) => writer.write(piece));
    const part = { etag: md5.toString('hex'), checksum: checksum?.value };
    return { ...(await writer.commitPart(upload, number, part)), sum: stated ?? checksum };
  });
  return {
    status: 200,
    headers: {
      etag: `"${etag}"`,
      ...(sum === undefined ? {} : { [checksumHeader(sum.algorithm)]: sum.value }),
      ...encryptionHeaders(upload.headers),
    },
  };
}
