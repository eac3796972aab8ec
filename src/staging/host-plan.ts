import type { TrainingJobRequest } from '../request/request.ts';

/** A host of a job before it exists. */
export interface PlannedHost {
  /** `algo-1` … `algo-N` (contract C12). */
  readonly name: string;
  readonly instanceType: string;
  readonly group: string;
}

/** The group of a job without instance groups (contract C12). */
const ONLY_GROUP = 'homogeneousCluster';

/** The hosts that a request asks for, in the order of their numbers. */
export function planHosts(request: TrainingJobRequest): readonly PlannedHost[] {
  const { InstanceType = 'local', InstanceCount = 1, InstanceGroups } = request.ResourceConfig ?? {};
  const groups = InstanceGroups ?? [{ InstanceGroupName: ONLY_GROUP, InstanceType, InstanceCount }];
  return groups
    .flatMap((group) => Array.from({ length: group.InstanceCount }, () => group))
    .map((group, index) => ({
      name: `algo-${index + 1}`,
      instanceType: group.InstanceType,
      group: group.InstanceGroupName,
    }));
}
