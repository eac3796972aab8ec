import type { Upload } from '../../../../buckets/buckets.ts';
import type { ServiceAnswer } from '../../../http/service.ts';
import { keyWriter } from '../../lists/encode-key.ts';
import { readLimit, readText } from '../../lists/limits.ts';
import { prefixElements } from '../../lists/object-elements.ts';
import { ownerElements } from '../../lists/owner.ts';
import { bucketOf, type S3Call, xmlAnswer } from '../../s3-call.ts';
import { algorithmElements } from '../../xml/sum-elements.ts';
import { type XmlElement, xmlDocument } from '../../xml/write-xml.ts';

interface UploadPage {
  readonly uploads: readonly Upload[];
  readonly prefixes: readonly string[];
  readonly isTruncated: boolean;
  readonly last: { readonly key: string; readonly id: string } | undefined;
}

export async function listMultipartUploads(call: S3Call): Promise<ServiceAnswer> {
  const { query, settings } = call;
  const bucket = bucketOf(call);
  const writeKey = keyWriter(query);
  const limit = readLimit(query, 'max-uploads');
  const prefix = query.get('prefix') ?? '';
  const delimiter = readText(query, 'delimiter');
  const keyMarker = readText(query, 'key-marker');
  const idMarker = keyMarker === undefined ? undefined : readText(query, 'upload-id-marker');
  const started = (await bucket.uploads.list()).filter(({ key }) => key.startsWith(prefix));
  const rest = started.slice(firstAfter(started, keyMarker, idMarker));
  const page = pageOf(rest, { prefix, delimiter, limit, after: keyMarker });
  const owner = ownerElements(settings.accountId);
  return xmlAnswer(
    xmlDocument('ListMultipartUploadsResult', [
      ['Bucket', bucket.name],
      ['KeyMarker', writeKey(keyMarker ?? '')],
      ['UploadIdMarker', idMarker ?? ''],
      ['NextKeyMarker', page.isTruncated ? writeKey(page.last?.key ?? '') : undefined],
      ['NextUploadIdMarker', page.isTruncated ? page.last?.id : undefined],
      ['Prefix', writeKey(prefix)],
      ['Delimiter', delimiter && writeKey(delimiter)],
      ['EncodingType', readText(query, 'encoding-type')],
      ['MaxUploads', limit],
      ['IsTruncated', page.isTruncated],
      ...page.uploads.map(
        (upload): XmlElement => [
          'Upload',
          [
            ['Key', writeKey(upload.key)],
            ['UploadId', upload.id],
            ['Initiator', owner],
            ['Owner', owner],
            ['StorageClass', upload.headers['x-amz-storage-class'] ?? 'STANDARD'],
            ['Initiated', upload.startedAt],
            ...algorithmElements(upload.checksum),
          ],
        ],
      ),
      ...prefixElements(page.prefixes, writeKey),
    ]),
  );
}

// If the upload of the marker has ended meanwhile, all of its key come again: clients that abort what they list miss none.
function firstAfter(uploads: readonly Upload[], key: string | undefined, id: string | undefined): number {
  if (key === undefined) return 0;
  const marked = id === undefined ? -1 : uploads.findIndex((upload) => upload.key === key && upload.id === id);
  if (marked >= 0) return marked + 1;
  const bytes = Buffer.from(key);
  const first = uploads.findIndex((upload) => {
    const order = Buffer.compare(Buffer.from(upload.key), bytes);
    return order > 0 || (order === 0 && id !== undefined);
  });
  return first < 0 ? uploads.length : first;
}

function pageOf(
  uploads: readonly Upload[],
  {
    prefix,
    delimiter,
    limit,
    after,
  }: {
    readonly prefix: string;
    readonly delimiter: string | undefined;
    readonly limit: number;
    readonly after: string | undefined;
  },
): UploadPage {
  const listed: Upload[] = [];
  const prefixes: string[] = [];
  let last: UploadPage['last'];
  for (const upload of limit === 0 ? [] : uploads) {
    const end = delimiter === undefined ? -1 : upload.key.indexOf(delimiter, prefix.length);
    const common = end < 0 ? undefined : upload.key.slice(0, end + (delimiter?.length ?? 0));
    if (common !== undefined && (common === prefixes.at(-1) || common === after)) continue;
    if (listed.length + prefixes.length === limit) return { uploads: listed, prefixes, isTruncated: true, last };
    if (common === undefined) listed.push(upload);
    else prefixes.push(common);
    last = common === undefined ? upload : { key: common, id: '' };
  }
  return { uploads: listed, prefixes, isTruncated: false, last };
}
