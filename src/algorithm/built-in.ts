import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ALGORITHM_MODULES } from '../contract/variables.ts';
import { packageRoot } from '../process/package-root.ts';
import type { JobRules } from './checks/check-job.ts';
import type { MetricDeclarations } from './metric.ts';

/** What is read of the declaration of a built-in algorithm. */
export type BuiltInAlgorithm = JobRules & { readonly metrics: MetricDeclarations };

/**
 * A built-in algorithm: the declaration that the entry `optml/algorithms/NAME` of this package exports. Undefined if there is
 * no such entry.
 */
export function builtInAlgorithm(name: string): BuiltInAlgorithm | undefined {
  const require = createRequire(join(packageRoot(), 'package.json'));
  let file: string;
  try {
    file = require.resolve(ALGORITHM_MODULES + name);
  } catch {
    // None of ours.
    return undefined;
  }
  const exported = Object.values(require(file) as Readonly<Record<string, unknown>>);
  return exported.find(
    (value): value is BuiltInAlgorithm => typeof value === 'object' && value !== null && 'channels' in value,
  );
}
