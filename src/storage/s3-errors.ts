import { type S3Location, s3Uri } from '../contract/location.ts';
import { isOptmlError, OptmlError, systemErrorCode } from '../errors/error.ts';
import { ObjectChanged, TransferError, WriteError } from './transfer-error.ts';

/** What was asked of S3, for messages. */
export interface Operation {
  /** S3's own name of it, as policies have it where they do: `GetObject`. */
  readonly name: string;
  /** What is done, as the end of "cannot …": `download`. */
  readonly verb: string;
  readonly location: S3Location;
  /** The permission that it needs. */
  readonly permission: string;
}

/** An error of the SDK's, as far as it is looked at. */
interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly Region?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

const TRANSIENT_CODES = new Set([
  'BadDigest',
  'IncompleteBody',
  'InternalError',
  'OperationAborted',
  'RequestTimeout',
  'ServiceUnavailable',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'XAmzContentChecksumMismatch',
  'XAmzContentSHA256Mismatch',
]);

const REFUSED: Readonly<Record<string, string>> = {
  AccessDenied: '',
  AccountProblem: 'Ask the owner of the AWS account.',
  AllAccessDisabled: 'Ask the owner of the bucket.',
  ExpiredToken:
    'Give new credentials: the session token (AWS_SESSION_TOKEN) is over. Of a role, the credentials are renewed by themselves.',
  InvalidAccessKeyId: 'Check AWS_ACCESS_KEY_ID, or the profile: S3 knows no such key.',
  InvalidToken: 'Check AWS_SESSION_TOKEN: it belongs to other keys, or is cut off.',
  RequestTimeTooSkewed: 'Set the clock of the machine: it differs from that of S3 by more than 15 minutes.',
  SignatureDoesNotMatch: 'Check AWS_SECRET_ACCESS_KEY: it is not the one of this access key.',
};

const CREDENTIALS: Readonly<Record<Caller, string>> = {
  job: 'Give the job a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN), or AWS_PROFILE.',
  user: 'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run "aws configure" or "aws sso login".',
};

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Check the endpoint and its port: no server listens there.',
  ENOTFOUND: 'Check the endpoint, the region and the network (DNS): there is no host of that name.',
  EAI_AGAIN: 'Check the network: the name of the host could not be looked up.',
};
const OTHER_NETWORK =
  'Check the network on the way to S3: VPC endpoint, NAT, security groups, proxy. Then start the job again.';
const START_AGAIN =
  'Start the job again; if it stays, ask the operator of the endpoint, or AWS with the request in the log.';

/** S3's code of an error, such as `NoSuchKey`; undefined for what is none of S3's. */
export function s3Code(error: unknown): string | undefined {
  return statusOf(error) === undefined ? undefined : (error as SdkError).name;
}

/** The HTTP status that the error came with, if there was an answer. */
export function statusOf(error: unknown): number | undefined {
  return (error as SdkError | null)?.$metadata?.httpStatusCode;
}

/** The region that the bucket is in, where S3's refusal names it. */
export function regionFromError(error: unknown): string | undefined {
  const { $response, Region } = error as SdkError;
  const status = statusOf(error);
  if (status === undefined || ![301, 307, 400, 403].includes(status)) return undefined;
  return $response?.headers?.['x-amz-bucket-region'] ?? Region;
}

/** Whether another attempt can help: a problem on the way or a server that is busy. */
export function isTransient(error: unknown): boolean {
  if (error instanceof TransferError) return true;
  if (isOptmlError(error) || error instanceof ObjectChanged) return false;
  const status = statusOf(error);
  if (status === undefined) return isNetworkError(error);
  // The SDK sets its own clock right by the answer.
  if (s3Code(error) === 'RequestTimeTooSkewed') return true;
  if (status === 200 || TRANSIENT_CODES.has(s3Code(error) ?? '')) return true;
  return (status >= 500 && status !== 501) || status === 429 || status === 408;
}

// System errors of sockets and names, and answers that are no HTTP because they are cut off.
function isNetworkError(error: unknown): boolean {
  return /^(?:E(?:CONN|PIPE|TIMEDOUT|NOTFOUND|AI_|HOST|NET|ADDRNOTAVAIL|PROTO)|HPE_)/.test(
    systemErrorCode(error) ?? '',
  );
}

/** Who asks S3: a job with its role, or a user with credentials. */
export type Caller = 'job' | 'user';

/** The error that is shown, of whatever came in the way of an operation, after so many attempts. */
export function explainS3Error(
  error: unknown,
  operation: Operation,
  attempts: number,
  caller: Caller = 'job',
): unknown {
  if (isOptmlError(error) || error instanceof WriteError) return error;
  const what = `cannot ${operation.verb} ${s3Uri(operation.location)}`;
  const message = `${operation.name}: ${messageOf(error)}`;
  const where = s3Uri(operation.location);
  const fail = (code: 'S3_FAILED' | 'S3_NOT_FOUND' | 'S3_REFUSED', fix: string) => {
    const often = attempts > 1 ? ` (${attempts} attempts)` : '';
    return new OptmlError(code, `${what}: ${message}${often}`, { where, fix, cause: error });
  };
  const status = statusOf(error);
  const code = s3Code(error) ?? '';
  if (isCredentialsError(error)) {
    return fail('S3_REFUSED', CREDENTIALS[caller]);
  }
  if (error instanceof ObjectChanged) return fail('S3_FAILED', 'Finish writing the object before the job starts.');
  if (error instanceof TransferError) return fail('S3_FAILED', OTHER_NETWORK);
  if (status === undefined) return explainWithoutAnswer(error, fail);
  if (code === 'NoSuchBucket') return fail('S3_NOT_FOUND', 'Check the name of the bucket, and the endpoint.');
  if (regionFromError(error) !== undefined && status !== 403) {
    return fail('S3_REFUSED', `Set AWS_REGION=${regionFromError(error)}: that is where the bucket is.`);
  }
  if (code.startsWith('KMS.')) {
    return fail('S3_REFUSED', 'Check the KMS key: it must exist and be enabled, in the region of the bucket.');
  }
  if (status === 404) return fail('S3_NOT_FOUND', 'Check the key: names in S3 are case-sensitive.');
  if (code in REFUSED || status === 401 || status === 403) {
    return fail('S3_REFUSED', REFUSED[code] || permissionFix(operation, caller));
  }
  return fail('S3_FAILED', isTransient(error) ? START_AGAIN : 'See what S3 says: another attempt would not help.');
}

function explainWithoutAnswer(error: unknown, fail: (code: 'S3_FAILED', fix: string) => OptmlError): unknown {
  const code = systemErrorCode(error) ?? '';
  if (isNetworkError(error)) return fail('S3_FAILED', NETWORK[code] ?? OTHER_NETWORK);
  if (/CERT|^(?:ERR_)?(?:TLS|SSL)|SIGNATURE|^DEPTH_ZERO|^UNABLE_TO/.test(code)) {
    return fail('S3_FAILED', 'Name the certificate authority of the endpoint in NODE_EXTRA_CA_CERTS.');
  }
  // Whatever else the SDK throws before it asks: a region or bucket that cannot be.
  return fail('S3_FAILED', 'Check bucket, region and endpoint.');
}

function permissionFix({ permission, location }: Operation, caller: Caller): string {
  const kms = permission === 's3:ListBucket' ? '' : '; for an object encrypted by KMS also the key';
  const hidden =
    permission === 's3:GetObject' ? ', or check that it is there: without s3:ListBucket S3 does not say' : '';
  return `Allow ${caller === 'job' ? "the job's role" : 'your credentials'} ${permission} on ${s3Uri(location)}${kms}${hidden}.`;
}

function isCredentialsError(error: unknown): boolean {
  return /^(?:CredentialsProviderError|TokenProviderError|ProviderError)$/.test((error as SdkError | null)?.name ?? '');
}

// An answer without a body, such as HEAD's, has nothing but its status.
function messageOf(error: unknown): string {
  const { name = '', message = '' } = error as SdkError;
  const status = statusOf(error);
  const text = message.split('\n')[0]?.trim() ?? '';
  const says = /^(?:Error|TransferError|ObjectChanged)$/.test(name) ? text : [name, text].filter(Boolean).join(': ');
  return status === undefined ? says || String(error) : `${says} (HTTP ${status})`;
}
