import { hostName, RESOURCE_DEFAULTS } from '../contract/hosts.ts';
import type { TrainingJobRequest } from '../request/request.ts';

/** A host of a job before it exists. */
export interface PlannedHost {
  /** `algo-1` … `algo-N` (contract C12). */
  readonly name: string;
  readonly instanceType: string;
  readonly group: string;
}

/** The hosts that a request asks for, in the order of their numbers. */
export function planHosts(request: TrainingJobRequest): readonly PlannedHost[] {
  const {
    InstanceType = RESOURCE_DEFAULTS.instanceType,
    InstanceCount = 1,
    InstanceGroups,
  } = request.ResourceConfig ?? {};
  const groups = InstanceGroups ?? [
    { InstanceGroupName: RESOURCE_DEFAULTS.instanceGroup, InstanceType, InstanceCount },
  ];
  return groups
    .flatMap((group) => Array.from({ length: group.InstanceCount }, () => group))
    .map((group, index) => ({
      name: hostName(index + 1),
      instanceType: group.InstanceType,
      group: group.InstanceGroupName,
    }));
}
