import type { Service } from '../http/service.ts';
import { queryService } from '../protocols/query.ts';
import { getRole } from './get-role.ts';
import { simulatePrincipalPolicy } from './simulate-principal-policy.ts';

/** IAM, as far as the clients of training jobs ask it: there are no policies here. */
export function iamService(): Service {
  return queryService({
    version: '2010-05-08',
    namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    operations: { GetRole: getRole, SimulatePrincipalPolicy: simulatePrincipalPolicy },
    served: 'GetRole and SimulatePrincipalPolicy',
  });
}
