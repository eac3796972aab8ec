import { lazyMask } from '../log/lazy-masking.ts';
import type { TrainingJobRequest } from './request.ts';

/**
 * What masks the secrets of a job, in each form that a program may print: the values of secret names among its variables and
 * hyperparameters, and whatever looks like a credential. Make it once for each job.
 */
export function requestMask({
  Environment = {},
  HyperParameters = {},
}: Pick<TrainingJobRequest, 'Environment' | 'HyperParameters'>): (text: string) => string {
  return lazyMask(({ collectSecrets }) => collectSecrets(Environment, new Map(Object.entries(HyperParameters))), true);
}

/** The same for a request that is not checked yet: error messages quote its values. */
export function rawRequestMask(request: unknown): (text: string) => string {
  return requestMask({
    Environment: textsOf(request, 'Environment'),
    HyperParameters: textsOf(request, 'HyperParameters'),
  });
}

function textsOf(request: unknown, member: string): Readonly<Record<string, string>> {
  const values: unknown = (request as Readonly<Record<string, unknown>> | null | undefined)?.[member];
  if (typeof values !== 'object' || values === null) return {};
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : (JSON.stringify(value) ?? ''),
    ]),
  );
}
