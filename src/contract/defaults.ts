/** Defaults for what a resource configuration may leave out (contract C12). */
export const RESOURCE_DEFAULTS = {
  instanceType: 'local',
  instanceGroup: 'homogeneousCluster',
  networkInterface: 'eth0',
} as const;

/** The AWS account in the ARNs of jobs that run outside AWS. */
export const LOCAL_ACCOUNT = '000000000000';

/** Log level where none is given: Python's INFO (section 4 of the contract). */
export const DEFAULT_LOG_LEVEL = 20;

/** Port of the first host of a distribution (section 4 of the contract, C65). */
export const MASTER_PORT = 7777;

/** Neuron cores of the one instance type whose count is fixed (section 4 of the contract, `SM_NUM_NEURONS`). */
export const FIXED_NEURON_CORES = { typeContains: 'trn2.48xlarge', cores: 64 } as const;

/** Characters of the failure file that the platform shows, and the prefix it puts in front (C50). */
export const FAILURE_REASON = { maxLength: 1024, prefix: 'AlgorithmError: ' } as const;

/** Bytes of one argument or variable, its final NUL included, that Linux accepts (`MAX_ARG_STRLEN`). */
export const MAX_ARGUMENT_BYTES = 131_072;

/** Seconds for which host names are looked up, and the pauses between look-ups (C30). */
export const HOST_WAIT = { totalSeconds: 900, firstPauseSeconds: 0.2, longestPauseSeconds: 30 } as const;

/** Seconds of an accelerator probe before it counts as absent. */
export const PROBE_TIMEOUT_SECONDS = 5;
