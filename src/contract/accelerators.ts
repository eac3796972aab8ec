/** Neuron cores of the one instance type whose count is fixed (section 4 of the contract, `SM_NUM_NEURONS`). */
export const FIXED_NEURON_CORES = { typeContains: 'trn2.48xlarge', cores: 64 } as const;

/** Seconds after which a probe for accelerators is abandoned. */
export const PROBE_TIMEOUT_SECONDS = 5;
