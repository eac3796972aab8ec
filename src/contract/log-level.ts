/**
 * Log level where none is given: Python's INFO (section 4 of the contract).
 *
 * @example
 * ```ts
 * import { DEFAULT_LOG_LEVEL } from 'optml/contract';
 *
 * console.log(DEFAULT_LOG_LEVEL); // 20
 * ```
 */
export const DEFAULT_LOG_LEVEL = 20;
