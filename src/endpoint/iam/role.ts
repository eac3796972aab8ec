import { createHash } from 'node:crypto';
import { ServiceError } from '../http/service-error.ts';

/** The parts of a role's ARN, or of its name with the path before it. */
export interface Role {
  readonly name: string;
  /** `/`, or `/service-role/`. */
  readonly path: string;
  readonly accountId: string;
}

const ARN = /^arn:[\w-]+:iam::(\d{12}):role(\/(?:[\u0021-\u007e]{1,510}\/)?)([\w+=,.@-]{1,64})$/;
const NAME = /^[\w+=,.@-]{1,64}$/;

/** The role of an ARN; undefined for anything else. */
export function roleOfArn(arn: string): Role | undefined {
  const [, accountId, path, name] = ARN.exec(arn) ?? [];
  return accountId === undefined || path === undefined || name === undefined ? undefined : { name, path, accountId };
}

/** The role of that name: at the endpoint every role exists. @throws ServiceError ValidationError for what is no name. */
export function roleOfName(name: string, accountId: string): Role {
  if (NAME.test(name)) return { name, path: '/', accountId };
  const rule = 'Member must satisfy regular expression pattern: [\\w+=,.@-]+ and have length less than or equal to 64';
  throw new ServiceError(
    'ValidationError',
    400,
    `1 validation error detected: Value at 'roleName' failed to satisfy constraint: ${rule}`,
  );
}

export function roleArn({ name, path, accountId }: Role): string {
  return `arn:aws:iam::${accountId}:role${path}${name}`;
}

/** The id of a role, which is the same each time. */
export function roleId(role: Role): string {
  return `AROA${createHash('sha256').update(roleArn(role)).digest('hex').slice(0, 17).toUpperCase()}`;
}
