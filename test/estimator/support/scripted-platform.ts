import type { TestContext } from 'node:test';
import type { CloudPlatform, JobUpdate } from '../../../src/estimator/cloud/cloud-platform.ts';
import { type CloudSettings, openCloudPlatform } from '../../../src/estimator/cloud/open-cloud-platform.ts';
import type { ScriptedCloud, ScriptedEvent } from './scripted-cloud.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };

/** A platform at a scripted cloud, which repeats requests soon. */
export function platformAt(
  t: TestContext,
  { url }: Pick<ScriptedCloud, 'url'>,
  settings: Partial<CloudSettings> = {},
): CloudPlatform {
  const platform = openCloudPlatform({
    variables: { ...KEYS, AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: url, HOME: '/nonexistent' },
    retry: { attempts: 6, firstWaitMs: 5, lastWaitMs: 50 },
    pace: { leastMs: 5, mostMs: 20, perStreamMs: 0, quietMs: 60, missingMs: 300, afterEndMs: 60_000 },
    ...settings,
  });
  t.after(() => platform.close());
  return platform;
}

/** Events of a host: `HOST line 0` and so on, a few in each millisecond. */
export function hostEvents(host: string, count: number, startMs: number = Date.now() - 30_000): ScriptedEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    timestamp: startMs + Math.floor(index / 3),
    message: `${host} line ${index}`,
  }));
}

/** The lines among updates. */
export function linesOf(updates: readonly JobUpdate[]): readonly string[] {
  return updates.flatMap((update) => (update.type === 'log' ? [update.line] : []));
}

/** All updates of a job, until its end. */
export async function allUpdates(updates: AsyncIterable<JobUpdate>): Promise<readonly JobUpdate[]> {
  const all: JobUpdate[] = [];
  for await (const update of updates) all.push(update);
  return all;
}
