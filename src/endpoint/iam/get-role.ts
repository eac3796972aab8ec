import type { GetRoleCommandOutput } from '@aws-sdk/client-iam';
import type { ServiceRequest } from '../http/service.ts';
import { type Input, InputReader } from '../protocols/input.ts';
import { validationError } from './iam-errors.ts';
import { roleArn, roleId, roleOfName } from './role.ts';

// One that every client takes: no file says when a role was made here.
const CREATED = new Date(0);

/** GetRole: every role exists, and SageMaker may use it. */
export function getRole(input: Input, { caller }: ServiceRequest) {
  const role = roleOfName(new InputReader(input, validationError).requiredText('RoleName', 64), caller.accountId);
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  return {
    Role: {
      Path: role.path,
      RoleName: role.name,
      RoleId: roleId(role),
      Arn: roleArn(role),
      CreateDate: CREATED,
      AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(trust)),
      MaxSessionDuration: 3600,
    },
  } satisfies Omit<GetRoleCommandOutput, '$metadata'>;
}
