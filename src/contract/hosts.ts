/**
 * Defaults for what a resource configuration may leave out (C12).
 *
 * @example
 * ```ts
 * import { RESOURCE_DEFAULTS } from 'optml/contract';
 *
 * console.log(RESOURCE_DEFAULTS.networkInterface); // eth0
 * ```
 */
export const RESOURCE_DEFAULTS = {
  instanceType: 'local',
  instanceGroup: 'homogeneousCluster',
  networkInterface: 'eth0',
} as const;

/** Instance types of the SDK's local mode: this machine, the second with its GPUs (C82). */
export const LOCAL_INSTANCE_TYPES = { plain: RESOURCE_DEFAULTS.instanceType, withGpus: 'local_gpu' } as const;

/** The platform's name for a host (C12). `number` counts from 1. */
export function hostName(number: number): string {
  return `algo-${number}`;
}

/** The name that the system of a host has on the platform, where it is that of its instance (C12). `number` counts from 1. */
export function instanceHostName(number: number): string {
  return `ip-10-0-${Math.floor(number / 256)}-${number % 256}.ec2.internal`;
}

/**
 * Seconds for which host names are looked up, and the pauses between look-ups (C30).
 *
 * @example
 * ```ts
 * import { HOST_WAIT } from 'optml/contract';
 *
 * console.log(HOST_WAIT.totalSeconds); // 900
 * ```
 */
export const HOST_WAIT = { totalSeconds: 900, firstPauseSeconds: 0.2, longestPauseSeconds: 30 } as const;
