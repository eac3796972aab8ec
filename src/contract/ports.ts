/**
 * Port of the first host of a distribution (section 4 of the contract, C65).
 *
 * @example
 * ```ts
 * import { MASTER_PORT } from 'optml/contract';
 *
 * console.log(MASTER_PORT); // 7777
 * ```
 */
export const MASTER_PORT = 7777;

/** Ports of the clusters that frameworks build themselves (C66, C69, C70). */
export const CLUSTER_PORTS = {
  multiWorker: 8890,
  parameterServerWorker: 2222,
  parameterServer: 2223,
  dataParallelServer: 7592,
  xlaWorker: 43857,
  xlaMesh: 53957,
} as const;
