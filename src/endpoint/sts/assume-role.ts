import type { AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import { ServiceError } from '../http/service-error.ts';
import { roleId, roleOfArn } from '../iam/role.ts';
import { type Input, InputReader } from '../protocols/input.ts';

/** Makes credentials that are valid until `expiresAt`. */
export type IssueKeys = (expiresAt: Date) => {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: Date;
};

const DURATION = { least: 900, most: 43_200, usual: 3600 } as const;

/** AssumeRole: credentials with which the endpoint can be called; every role may be assumed. */
export function assumeRole(input: Input, issue: IssueKeys) {
  const reader = new InputReader(input, validationError);
  const arn = reader.requiredText('RoleArn', 2048);
  const session = reader.requiredText('RoleSessionName', 64);
  const seconds = reader.integer('DurationSeconds', DURATION.least, DURATION.most) ?? DURATION.usual;
  const role = roleOfArn(arn);
  if (role === undefined) throw validationError(`${arn} is not the ARN of a role`);
  if (!/^[\w+=,.@-]{2,64}$/.test(session)) {
    throw validationError(
      "1 validation error detected: Value at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    );
  }
  const keys = issue(new Date(Date.now() + seconds * 1000));
  return {
    Credentials: {
      AccessKeyId: keys.accessKeyId,
      SecretAccessKey: keys.secretAccessKey,
      SessionToken: keys.sessionToken,
      Expiration: keys.expiresAt,
    },
    AssumedRoleUser: {
      AssumedRoleId: `${roleId(role)}:${session}`,
      Arn: `arn:aws:sts::${role.accountId}:assumed-role/${role.name}/${session}`,
    },
  } satisfies Omit<AssumeRoleCommandOutput, '$metadata'>;
}

function validationError(message: string): ServiceError {
  return new ServiceError('ValidationError', 400, message);
}
