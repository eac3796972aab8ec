import type { ServiceAnswer } from '../../../http/service.ts';
import { noSuchKey } from '../../errors.ts';
import { aclElements } from '../../lists/acl.ts';
import { bucketOf, checkVersionId, type S3Call, xmlAnswer } from '../../s3-call.ts';
import { xmlDocument } from '../../xml/write-xml.ts';

export async function getObjectAcl(call: S3Call): Promise<ServiceAnswer> {
  checkVersionId(call.query.get('versionId'));
  if ((await bucketOf(call).head(call.key)) === undefined) throw noSuchKey(call.key);
  return xmlAnswer(xmlDocument('AccessControlPolicy', aclElements(call.settings.accountId)));
}
