import { systemErrorCode } from '../errors/error.ts';
import { isTransient, statusOf } from '../storage/s3-errors.ts';
import { LargeAnswer } from '../storage/transfer-error.ts';

/** AWS's code of an error, such as `ThrottlingException`; empty for what is not an answer. */
export function awsCode(error: unknown): string {
  return statusOf(error) === undefined ? '' : ((error as Partial<Error>).name ?? '');
}

const BUSY =
  /^(?:Throttl\w+|TooManyRequests\w*|RequestLimitExceeded|RequestThrottled\w*|LimitExceededException|PriorRequestNotComplete|ServiceUnavailable\w*|OperationAborted\w*|RequestTimeout\w*|InternalFailure|InternalServerError|InternalServiceError)$/;

/** Whether another attempt can help: a service that is busy, or a broken connection. */
export function isTransientAws(error: unknown): boolean {
  if (isMisshapen(error) || error instanceof LargeAnswer) return false;
  return isTransient(error) || BUSY.test(awsCode(error)) || isNotOfAws(error) || isClockCorrected(error);
}

/** Whether the answer has no form that AWS's answers have, such as a page of a proxy. */
export function isNotOfAws(error: unknown): boolean {
  return error instanceof SyntaxError;
}

/** Whether the answer is JSON whose members have other types than those of AWS: another attempt would give the same. */
export function isMisshapen(error: unknown): boolean {
  return error instanceof TypeError && error.message.includes(DESERIALIZATION_HINT);
}

/** What the SDK adds to the message of such an error, for its own users. */
export const DESERIALIZATION_HINT = 'Deserialization error: to see the raw response';

// The SDK has set its clock by the answer.
function isClockCorrected(error: unknown): boolean {
  const { $metadata } = error as { readonly $metadata?: { readonly clockSkewCorrected?: boolean } };
  return $metadata?.clockSkewCorrected === true;
}

/** Whether the service refuses the credentials because their time is over. */
export function areCredentialsExpired(error: unknown): boolean {
  return /^(?:ExpiredToken(?:Exception)?|RequestExpired)$/.test(awsCode(error));
}

/** Whether nothing is at the address: no host of that name, or no server on its port. */
export function hasNoServer(error: unknown): boolean {
  return ['ENOTFOUND', 'ECONNREFUSED'].includes(systemErrorCode(error) ?? '');
}
