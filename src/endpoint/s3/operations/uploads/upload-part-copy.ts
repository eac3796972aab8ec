import type { ServiceAnswer } from '../../../http/service.ts';
import { checksumElement } from '../../body/checksum-headers.ts';
import { readCopyRange } from '../../conditions/range.ts';
import { entityTooLarge } from '../../errors.ts';
import { copyContent, openCopySource, readCopySource } from '../../objects/copy-source.ts';
import { encryptionHeaders, readPartNumber } from '../../objects/object-answer.ts';
import { refuseUnsupported } from '../../objects/object-headers.ts';
import { MAX_PUT_BYTES, withWriter } from '../../objects/write-object.ts';
import { type S3Call, xmlAnswer } from '../../s3-call.ts';
import { xmlDocument } from '../../xml/write-xml.ts';
import { findUpload, partAlgorithm } from './find-upload.ts';

export async function uploadPartCopy(call: S3Call): Promise<ServiceAnswer> {
  const number = readPartNumber(call.query.get('partNumber') ?? '');
  const { bucket, upload } = await findUpload(call);
  refuseUnsupported(call.headers);
  const source = await openCopySource(call, readCopySource(call));
  let isCopied = false;
  try {
    const range = readCopyRange(call.headers['x-amz-copy-source-range'], source.size);
    if (range.end - range.start > MAX_PUT_BYTES) throw entityTooLarge(range.end - range.start, MAX_PUT_BYTES);
    const part = await withWriter(bucket, async (writer) => {
      isCopied = true;
      const { md5, checksum } = await copyContent(source, range, writer, partAlgorithm(upload));
      return await writer.commitPart(upload, number, { etag: md5, checksum });
    });
    return xmlAnswer(
      xmlDocument('CopyPartResult', [
        ['LastModified', part.modifiedAt],
        ['ETag', `"${part.etag}"`],
        [checksumElement(partAlgorithm(upload)), part.checksum],
      ]),
      encryptionHeaders(upload.headers),
    );
  } finally {
    if (!isCopied) await source.close();
  }
}
