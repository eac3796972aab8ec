import type { HostRun } from './engine.ts';

/**
 * Starts all hosts of a job at the same time. If one fails to start, kills the others, also those that start later, and
 * waits until they have ended: no host is left when this throws.
 *
 * @throws What the first failing `start` threw.
 */
export async function startAll<Host, Started extends { readonly run: HostRun }>(
  hosts: readonly Host[],
  start: (host: Host) => Promise<Started>,
): Promise<readonly Started[]> {
  const failures: unknown[] = [];
  const runs: HostRun[] = [];
  const starts = hosts.map(async (host) => {
    try {
      const started = await start(host);
      runs.push(started.run);
      if (failures.length > 0) started.run.kill();
      return started;
    } catch (error) {
      failures.push(error);
      for (const run of runs) run.kill();
      throw error;
    }
  });
  const results = await Promise.allSettled(starts);
  if (failures.length === 0) return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  await Promise.all(runs.map(({ ended }) => ended));
  throw failures[0];
}
