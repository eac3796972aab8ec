import type { ServiceAnswer } from '../../../http/service.ts';
import { invalidArgument } from '../../errors.ts';
import { readToken, writeToken } from '../../lists/continuation-token.ts';
import { readText } from '../../lists/limits.ts';
import { ownerElements } from '../../lists/owner.ts';
import { type S3Call, xmlAnswer } from '../../s3-call.ts';
import { type XmlElement, xmlDocument } from '../../xml/write-xml.ts';

const MAX_BUCKETS = 10_000;

export async function listBuckets({ buckets, query, settings }: S3Call): Promise<ServiceAnswer> {
  const prefix = readText(query, 'prefix');
  const region = readText(query, 'bucket-region');
  const token = readText(query, 'continuation-token');
  const limit = readMaxBuckets(query);
  const after = token === undefined ? '' : readToken(token);
  const found = buckets
    .list()
    .filter((bucket) => bucket.name > after && bucket.name.startsWith(prefix ?? ''))
    .filter((bucket) => region === undefined || bucket.region === region);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const isPaged = [prefix, region, token, readText(query, 'max-buckets')].some((value) => value !== undefined);
  return xmlAnswer(
    xmlDocument('ListAllMyBucketsResult', [
      ['Owner', ownerElements(settings.accountId)],
      [
        'Buckets',
        page.map(
          (bucket): XmlElement => [
            'Bucket',
            [
              ['Name', bucket.name],
              ['CreationDate', bucket.createdAt],
              ['BucketRegion', isPaged ? bucket.region : undefined],
            ],
          ],
        ),
      ],
      ['ContinuationToken', found.length > page.length && last !== undefined ? writeToken(last.name) : undefined],
      ['Prefix', prefix],
    ]),
  );
}

function readMaxBuckets(query: URLSearchParams): number {
  const text = readText(query, 'max-buckets');
  if (text === undefined) return MAX_BUCKETS;
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_BUCKETS) return limit;
  throw invalidArgument('max-buckets', text, `Argument max-buckets must be an integer between 1 and ${MAX_BUCKETS}`);
}
