import type { TrainingJobRequest } from '../../request/request.ts';
import type { CloudPlatform } from '../cloud/cloud-platform.ts';

/** The request with the ARN of its role, if it contains only the name: a role of this account, without a path. */
export async function withRoleArn(
  request: TrainingJobRequest,
  platform: Pick<CloudPlatform, 'accountId' | 'region'>,
): Promise<TrainingJobRequest> {
  const { RoleArn: role } = request;
  if (role === undefined || !/^[\w+=,.@-]+$/.test(role)) return request;
  const partition = platform.region.startsWith('cn-')
    ? 'aws-cn'
    : platform.region.startsWith('us-gov-')
      ? 'aws-us-gov'
      : 'aws';
  return { ...request, RoleArn: `arn:${partition}:iam::${await platform.accountId()}:role/${role}` };
}
