import { LOCAL_INSTANCE_TYPES } from '../../contract/hosts.ts';
import type { AnyOptions } from '../estimator-options.ts';

/** What an instance type trains on. */
export type InstanceKind = 'cpu' | 'gpu' | 'accelerator';

/** The kind of the hosts: that of a group with GPUs, where one has them. */
export function instanceKind({ instanceType, instanceGroups = [] }: AnyOptions): InstanceKind {
  const types = instanceType === undefined ? instanceGroups.map((group) => group.instanceType) : [instanceType];
  const kinds = types.map(kindOf);
  return kinds.find((kind) => kind === 'gpu') ?? kinds[0] ?? 'cpu';
}

function kindOf(type: string): InstanceKind {
  if (type === LOCAL_INSTANCE_TYPES.withGpus) return 'gpu';
  const family = /^ml[._]([a-z\d-]+)/.exec(type)?.[1] ?? '';
  if (/^(?:trn|inf)/.test(family)) return 'accelerator';
  return /^[gp]/.test(family) ? 'gpu' : 'cpu';
}
