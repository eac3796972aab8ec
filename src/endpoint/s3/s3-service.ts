import type { Buckets } from '../../buckets/buckets.ts';
import type { FormRequest, Service, ServiceAnswer, ServiceRequest } from '../http/service.ts';
import type { ServiceError } from '../http/service-error.ts';
import { readAddress } from './address.ts';
import { bucketError } from './bucket-error.ts';
import { notImplemented } from './errors.ts';
import { findOperation, methodNotAllowed } from './find-operation.ts';
import { answerForm } from './forms/answer-form.ts';
import { OPERATIONS } from './operation-table.ts';
import { requestHeaders } from './request-headers.ts';
import type { S3Call, S3Settings } from './s3-call.ts';
import { SumThreads } from './sums/sum-threads.ts';
import { plainXmlDocument } from './xml/write-xml.ts';

/** Amazon S3 at this endpoint. */
export function s3Service(buckets: Buckets, settings: S3Settings): Service {
  const context = { buckets, settings, sumThreads: new SumThreads(), creations: new Map<string, Promise<unknown>>() };
  return {
    answer: (request) => answerOrError(request, () => answerRequest(context, request)),
    answerForm: (request) => answerOrError(request, () => answerFormRequest(context, request)),
  };
}

/** An error as S3 answers it, also one that the server found before the service received the request. */
export function s3Error(request: Identified, error: ServiceError): ServiceAnswer {
  const headers: Record<string, string> = { 'content-type': 'application/xml', ...idHeaders(request) };
  const size = error.members['ActualObjectSize'];
  if (error.status === 416 && size !== undefined) headers['content-range'] = `bytes */${size}`;
  if (request.method === 'HEAD') return { status: error.status, headers };
  const body = plainXmlDocument('Error', [
    ['Code', error.code],
    ['Message', error.message],
    ...Object.entries(error.members),
    ['Resource', decodedPath(request.path)],
    ['RequestId', request.id],
    ['HostId', hostId(request)],
  ]);
  return { status: error.status, headers, body };
}

type Context = Pick<S3Call, 'buckets' | 'creations' | 'settings' | 'sumThreads'>;

async function answerRequest(context: Context, request: ServiceRequest): Promise<ServiceAnswer> {
  const address = readAddress(request, context.settings.hostNames ?? []);
  const call: S3Call = { request, headers: requestHeaders(request), query: request.query, ...address, ...context };
  const name = findOperation(call);
  const operation = OPERATIONS[name];
  if (operation === undefined) throw notImplemented(`The operation ${name}`);
  return await operation(call);
}

async function answerFormRequest(context: Context, request: FormRequest): Promise<ServiceAnswer> {
  const { bucketName, key } = readAddress(request, context.settings.hostNames ?? []);
  if (bucketName === '' || key !== '') throw methodNotAllowed('POST', key === '' ? 'service' : 'object');
  return await answerForm({ request, query: request.query, bucketName, ...context });
}

type Identified = Pick<ServiceRequest, 'id' | 'method' | 'path'>;

async function answerOrError(request: Identified, answer: () => Promise<ServiceAnswer>): Promise<ServiceAnswer> {
  try {
    const answered = await answer();
    return { ...answered, headers: { ...answered.headers, ...idHeaders(request) } };
  } catch (error) {
    const answered = bucketError(error);
    if (answered === undefined) throw error;
    return s3Error(request, answered);
  }
}

function idHeaders(request: Pick<ServiceRequest, 'id'>): Readonly<Record<string, string>> {
  return { 'x-amz-request-id': request.id, 'x-amz-id-2': hostId(request) };
}

function hostId({ id }: Pick<ServiceRequest, 'id'>): string {
  return Buffer.from(id).toString('base64');
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
