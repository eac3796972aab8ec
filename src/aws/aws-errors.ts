import { isOptmlError, OptmlError, systemErrorCode } from '../errors/error.ts';
import type { ErrorCode } from '../errors/kinds.ts';
import { cutText } from '../errors/quote-value.ts';
import { LargeAnswer, TransferError } from '../storage/transfer-error.ts';
import type { AwsSettings } from './aws-settings.ts';
import { refusalOf } from './refusals.ts';
import { awsCode, DESERIALIZATION_HINT, isMisshapen, isNotOfAws, isTransientAws } from './transient-errors.ts';

/** What was asked of AWS, for messages. */
export interface AwsOperation {
  /** AWS's own name of it: `CreateTrainingJob`. */
  readonly name: string;
  /** What is done, as the end of "cannot …": `create training job "x"`. */
  readonly what: string;
  /** The permission that it needs: `sagemaker:CreateTrainingJob`. */
  readonly permission: string;
  /** The job, if it is about one. */
  readonly job?: string | undefined;
}

/** What an explanation can name. */
export interface AwsContext {
  readonly operation: AwsOperation;
  readonly settings: AwsSettings;
  readonly attempts: number;
}

const LONGEST_MESSAGE = 700;

/** The error that is shown, for whatever an operation has failed of. */
export function explainAwsError(error: unknown, context: AwsContext): OptmlError {
  if (isOptmlError(error)) return error;
  const { operation, attempts } = context;
  const refusal = refusalOf(error, context);
  const { code, fix, message } = refusal ?? failureOf(error, context);
  const often = attempts > 1 ? ` (${attempts} attempts)` : '';
  const text = message ?? `cannot ${operation.what}: ${messageOf(error)}${often}`;
  return new OptmlError(code, text, {
    where: operation.job === undefined ? operation.name : `training job "${operation.job}"`,
    fix,
    cause: error,
  });
}

interface Explanation {
  readonly code: ErrorCode;
  readonly fix: string;
  readonly message?: string | undefined;
}

function failureOf(error: unknown, { settings }: AwsContext): Explanation {
  const system = systemErrorCode(error) ?? '';
  const host = (error as { readonly hostname?: unknown } | null)?.hostname;
  if (system === 'ENOTFOUND') {
    const name = typeof host === 'string' ? ` ${host}` : '';
    return {
      code: 'AWS_FAILED',
      fix: `Check the region ${settings.region} and the network: there is no host${name}. Set AWS_REGION to a region that has SageMaker.`,
    };
  }
  if (system === 'ECONNREFUSED') {
    return { code: 'AWS_FAILED', fix: 'Check the endpoint (AWS_ENDPOINT_URL): no server listens there.' };
  }
  if (/CERT|^(?:ERR_)?(?:TLS|SSL)|SIGNATURE|^DEPTH_ZERO|^UNABLE_TO/.test(system)) {
    return { code: 'AWS_FAILED', fix: 'Name the certificate authority of the endpoint in NODE_EXTRA_CA_CERTS.' };
  }
  if (isNotOfAws(error) || isMisshapen(error) || error instanceof LargeAnswer) {
    return {
      code: 'AWS_FAILED',
      fix: 'Check the endpoint (AWS_ENDPOINT_URL) and proxies: the answer is not one of AWS.',
    };
  }
  if (system !== '' || error instanceof TransferError) {
    return { code: 'AWS_FAILED', fix: 'Check the network on the way to AWS (proxy, VPN, firewall), then try again.' };
  }
  if (isTransientAws(error)) {
    return { code: 'AWS_FAILED', fix: 'Try again in a few minutes: the service is busy, or fails.' };
  }
  return { code: 'AWS_FAILED', fix: 'Correct what the service names: another attempt would not help.' };
}

/** What the service says, on one line. */
export function messageOf(error: unknown): string {
  const { name = '', message = '' } = error as Partial<Error>;
  const [own = ''] = message.split(DESERIALIZATION_HINT);
  const text = cutText(own.replaceAll(/\s+/g, ' ').trim(), LONGEST_MESSAGE);
  const system = systemErrorCode(error);
  if (awsCode(error) === '') return text || system || name || String(error);
  return [name, text].filter(Boolean).join(': ');
}
