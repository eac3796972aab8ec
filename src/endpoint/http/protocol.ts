import type { Scope } from '../signature/given-signature.ts';
import type { RequestHead } from './request-head.ts';

/** The services by the names that signatures have for them. */
export const SERVICE_NAMES = ['s3', 'sagemaker', 'logs', 'monitoring', 'sts', 'iam'] as const;

export type ServiceName = (typeof SERVICE_NAMES)[number];

/** In which form a client reads errors. */
export type Protocol = 'rest-xml' | 'json' | 'query';

/** The service of each prefix of `X-Amz-Target`. */
const TARGETS: Readonly<Record<string, ServiceName>> = {
  SageMaker: 'sagemaker',
  Logs_20140328: 'logs',
  GraniteServiceVersion20100801: 'monitoring',
};

export function isServiceName(name: string): name is ServiceName {
  return (SERVICE_NAMES as readonly string[]).includes(name);
}

/** The service that the header `X-Amz-Target` names; undefined without one, or for another service. */
export function targetService({ headers }: RequestHead): ServiceName | undefined {
  const [prefix = ''] = String(headers['x-amz-target'] ?? '').split('.');
  return Object.hasOwn(TARGETS, prefix) ? TARGETS[prefix] : undefined;
}

/** The protocol of a request, by its headers and, where it is known, the scope of its signature. */
export function protocolOf({ method, headers }: RequestHead, scope: Scope | undefined): Protocol {
  if (headers['x-amz-target'] !== undefined) return 'json';
  const type = headers['content-type'] ?? '';
  const isForm = method === 'POST' && /^application\/x-www-form-urlencoded/i.test(type);
  switch (scope?.service) {
    case 's3':
      return 'rest-xml';
    case 'sts':
    case 'iam':
      return 'query';
    case undefined:
      return isForm ? 'query' : 'rest-xml';
    default:
      return isForm ? 'query' : 'json';
  }
}
