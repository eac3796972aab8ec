/** Characters of the failure file that the platform shows, and the prefix it puts in front (C50). */
export const FAILURE_REASON = { maxLength: 1024, prefix: 'AlgorithmError: ' } as const;
