import type { JobPlatform } from './job-platform.ts';
import type { Session } from './session.ts';

export function openCloudJobs(_session: Session): JobPlatform {
  throw new Error('not yet');
}
