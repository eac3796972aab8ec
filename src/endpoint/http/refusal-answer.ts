import { errorXml } from '../protocols/query-xml.ts';
import { plainXmlDocument } from '../s3/xml/write-xml.ts';
import type { Protocol } from './protocol.ts';
import type { Refusal, RefusalReason } from './refusal.ts';
import type { ServiceAnswer } from './service.ts';
import { ServiceError } from './service-error.ts';

/** A status, a text, and the code of each protocol; `query` where it differs from that of JSON without "Exception". */
interface Row {
  readonly status: number;
  readonly text: string;
  readonly s3: string;
  readonly json: string;
  readonly query?: string;
}

const WRONG_SIGNATURE =
  'The request signature we calculated does not match the signature you provided. Check your secret access key and signing method.';

const ROWS: Readonly<Record<RefusalReason, Row>> = {
  unsigned: {
    status: 403,
    text: 'The request has no signature.',
    s3: 'AccessDenied',
    json: 'MissingAuthenticationTokenException',
  },
  'malformed-signature': {
    status: 403,
    text: 'The signature is malformed.',
    s3: 'AuthorizationHeaderMalformed',
    json: 'IncompleteSignatureException',
  },
  'two-signatures': {
    status: 400,
    text: 'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
    s3: 'InvalidArgument',
    json: 'IncompleteSignatureException',
  },
  'unknown-key': {
    status: 403,
    text: 'The AWS Access Key Id you provided does not exist in our records.',
    s3: 'InvalidAccessKeyId',
    json: 'UnrecognizedClientException',
    query: 'InvalidClientTokenId',
  },
  'wrong-signature': {
    status: 403,
    text: WRONG_SIGNATURE,
    s3: 'SignatureDoesNotMatch',
    json: 'InvalidSignatureException',
    query: 'SignatureDoesNotMatch',
  },
  'unsigned-header': {
    status: 403,
    text: 'There were headers present in the request which were not signed.',
    s3: 'AccessDenied',
    json: 'InvalidSignatureException',
    query: 'SignatureDoesNotMatch',
  },
  'expired-url': {
    status: 403,
    text: 'Request has expired',
    s3: 'AccessDenied',
    json: 'ExpiredTokenException',
    query: 'RequestExpired',
  },
  'skewed-clock': {
    status: 403,
    text: 'The difference between the request time and the current time is too large.',
    s3: 'RequestTimeTooSkewed',
    json: 'InvalidSignatureException',
    query: 'SignatureDoesNotMatch',
  },
  'invalid-token': {
    status: 403,
    text: 'The security token included in the request is invalid.',
    s3: 'InvalidToken',
    json: 'UnrecognizedClientException',
    query: 'InvalidClientTokenId',
  },
  'expired-token': {
    status: 403,
    text: 'The security token included in the request is expired.',
    s3: 'ExpiredToken',
    json: 'ExpiredTokenException',
  },
  'wrong-payload': {
    status: 400,
    text: 'The provided x-amz-content-sha256 header does not match what was computed.',
    s3: 'XAmzContentSHA256Mismatch',
    json: 'InvalidSignatureException',
    query: 'SignatureDoesNotMatch',
  },
  'no-payload-hash': {
    status: 400,
    text: 'Missing required header for this request: x-amz-content-sha256',
    s3: 'InvalidRequest',
    json: 'IncompleteSignatureException',
  },
  'foreign-host': {
    status: 403,
    text: 'The Host header names another host than this endpoint. Use the URL that "optml endpoint" prints.',
    s3: 'AccessDenied',
    json: 'AccessDeniedException',
  },
  'web-page': {
    status: 403,
    text: 'Requests of web pages are refused: the request has a header Origin or Sec-Fetch.',
    s3: 'AccessDenied',
    json: 'AccessDeniedException',
  },
  'malformed-request': {
    status: 400,
    text: 'The request is malformed.',
    s3: 'InvalidRequest',
    json: 'SerializationException',
    query: 'MalformedInput',
  },
  'too-large': {
    status: 413,
    text: 'The body of the request is too large.',
    s3: 'EntityTooLarge',
    json: 'RequestEntityTooLargeException',
  },
  'too-many': {
    status: 400,
    text: 'Too many requests at the same time. Send fewer.',
    s3: 'SlowDown',
    json: 'ThrottlingException',
    query: 'Throttling',
  },
  'too-slow': {
    status: 408,
    text: 'The body of the request did not arrive in time.',
    s3: 'RequestTimeout',
    json: 'RequestTimeoutException',
  },
  'no-such-service': {
    status: 400,
    text: 'This service is not part of optml.',
    s3: 'NotImplemented',
    json: 'UnknownOperationException',
    query: 'InvalidAction',
  },
};

/** The answer to a refused request, as the clients of its protocol read it. */
export function refusalAnswer(refusal: Refusal, protocol: Protocol, id: string): ServiceAnswer {
  const { status, text, s3, json, query = json.replace(/Exception$/, '') } = ROWS[refusal.reason];
  const code = { 'rest-xml': s3, json, query }[protocol];
  return errorAnswer({ protocol, status, code, message: refusal.message || text, id });
}

/** A refusal as an error of S3, for a service that has begun to read the request. */
export function s3ErrorOf({ reason, message }: Refusal): ServiceError {
  const { status, text, s3 } = ROWS[reason];
  return new ServiceError(s3, status, message || text);
}

/** The answer to a request that met a defect of the endpoint. */
export function defectAnswer(protocol: Protocol, id: string): ServiceAnswer {
  const code = protocol === 'rest-xml' ? 'InternalError' : 'InternalFailure';
  const message = `optml met a defect. Its log shows more for the request id ${id}.`;
  return errorAnswer({ protocol, status: 500, code, message, id });
}

interface ErrorParts {
  readonly protocol: Protocol;
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly id: string;
}

function errorAnswer({ protocol, status, code, message, id }: ErrorParts): ServiceAnswer {
  if (protocol === 'json') {
    const headers = { 'Content-Type': 'application/x-amz-json-1.1', 'x-amzn-ErrorType': code };
    return { status, headers, body: JSON.stringify({ __type: code, message }) };
  }
  if (protocol === 'query') {
    return { status, headers: { 'Content-Type': 'text/xml' }, body: errorXml('', id, { code, status, message }) };
  }
  const members: ReadonlyArray<readonly [string, string]> = [
    ['Code', code],
    ['Message', message],
    ['RequestId', id],
  ];
  return { status, headers: { 'Content-Type': 'application/xml' }, body: plainXmlDocument('Error', members) };
}
