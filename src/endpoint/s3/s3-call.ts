import type { Bucket, Buckets } from '../../buckets/buckets.ts';
import type { ServiceAnswer, ServiceRequest } from '../http/service.ts';
import { accessDenied, invalidArgument, noSuchBucket } from './errors.ts';
import type { SumThreads } from './sums/sum-threads.ts';

/** What the S3 service knows of the endpoint. */
export interface S3Settings {
  /** Twelve digits: the owner of all buckets. */
  readonly accountId: string;
  /** Names in `Host` headers beside those of the loopback interface, behind which a bucket can stand. */
  readonly hostNames?: readonly string[] | undefined;
}

/** A request, and what it is about. */
export interface S3Call {
  readonly request: ServiceRequest;
  /** Names in lower case, those in the query of a presigned URL included. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  readonly bucketName: string;
  /** Empty for operations on buckets. */
  readonly key: string;
  readonly buckets: Buckets;
  readonly settings: S3Settings;
  /** Sum bodies. */
  readonly sumThreads: SumThreads;
  /** Buckets that are being created, by name: requests for the same name wait for each other. */
  readonly creations: Map<string, Promise<unknown>>;
}

/** Answers one operation. @throws ServiceError */
export type Operation = (call: S3Call) => Promise<ServiceAnswer>;

/** The bucket of a request. @throws ServiceError NoSuchBucket; AccessDenied if the client expects another owner */
export function bucketOf({ buckets, bucketName, headers, settings }: S3Call): Bucket {
  const bucket = buckets.find(bucketName);
  if (bucket === undefined) throw noSuchBucket(bucketName);
  const expected = headers['x-amz-expected-bucket-owner'];
  if (expected !== undefined && expected !== settings.accountId) throw accessDenied();
  return bucket;
}

/** An XML document as an answer. */
export function xmlAnswer(body: string, headers: Readonly<Record<string, string>> = {}): ServiceAnswer {
  return { status: 200, headers: { ...headers, 'content-type': 'application/xml' }, body };
}

/** Objects of buckets without versions have the version `null`. @throws ServiceError InvalidArgument for any other */
export function checkVersionId(versionId: string | null | undefined): void {
  if (versionId === null || versionId === undefined || versionId === 'null') return;
  throw invalidArgument('versionId', versionId, 'Invalid version id specified');
}
