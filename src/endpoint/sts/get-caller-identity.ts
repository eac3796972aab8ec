import type { GetCallerIdentityCommandOutput } from '@aws-sdk/client-sts';
import type { ServiceRequest } from '../http/service.ts';
import type { Input } from '../protocols/input.ts';

/** GetCallerIdentity: every caller is the user `optml`, whose keys the endpoint has. */
export function getCallerIdentity(_input: Input, { caller }: Pick<ServiceRequest, 'caller'>) {
  const { accountId, accessKeyId } = caller;
  return {
    UserId: accessKeyId,
    Account: accountId,
    Arn: `arn:aws:iam::${accountId}:user/optml`,
  } satisfies Omit<GetCallerIdentityCommandOutput, '$metadata'>;
}
