import type { Service } from '../http/service.ts';
import { queryService } from '../protocols/query.ts';
import { assumeRole, type IssueKeys } from './assume-role.ts';
import { getCallerIdentity } from './get-caller-identity.ts';

/** STS: who a caller is, and temporary credentials, which `issue` makes. */
export function stsService(issue: IssueKeys): Service {
  return queryService({
    version: '2011-06-15',
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operations: {
      GetCallerIdentity: getCallerIdentity,
      AssumeRole: (input) => assumeRole(input, issue),
    },
    served: 'GetCallerIdentity and AssumeRole',
  });
}
