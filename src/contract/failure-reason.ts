/**
 * Characters of the failure file that the platform shows, and the prefix it puts in front (C50).
 *
 * @example
 * ```ts
 * import { FAILURE_REASON } from 'optml/contract';
 *
 * console.log(FAILURE_REASON.maxLength); // 1024
 * ```
 */
export const FAILURE_REASON = { maxLength: 1024, prefix: 'AlgorithmError: ' } as const;

/**
 * How AWS's own algorithms report a mistake in the data or the hyperparameters: the platform gives such a failure the class
 * `ClientError` instead of `AlgorithmError`. Algorithms of `optml/algorithm` do the same.
 */
export const CLIENT_MISTAKE = { prefix: 'ClientError: ', exitCode: 2 } as const;
