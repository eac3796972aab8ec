import type { TrainingJobDescription } from '../../jobs/describe/describe.ts';
import type { TrainingJobStatus } from '../../jobs/status.ts';
import { jobStatusOf } from '../../jobs/transitions.ts';
import type { JobUpdate } from './cloud-platform.ts';

type StatusUpdate = Extract<JobUpdate, { readonly type: 'status' }>;

/** Finds what is new in the transitions of a job: another status, or another message of the same one. */
export class StatusUpdates {
  /** Messages by status and start. */
  readonly #seen = new Map<string, string>();

  /** In the order of their times. */
  next(description: TrainingJobDescription): readonly StatusUpdate[] {
    const { SecondaryStatusTransitions: transitions, LastModifiedTime: modified, TrainingJobStatus } = description;
    const updates: StatusUpdate[] = [];
    let status: TrainingJobStatus = 'InProgress';
    for (const [index, transition] of transitions.entries()) {
      const { Status: secondaryStatus, StartTime: start, StatusMessage: message = '' } = transition;
      const isLast = index === transitions.length - 1;
      status = isLast ? TrainingJobStatus : jobStatusOf(secondaryStatus, status);
      const key = `${start} ${secondaryStatus}`;
      const before = this.#seen.get(key);
      if (before === message) continue;
      this.#seen.set(key, message);
      const time = before === undefined ? start : Math.max(start, isLast ? (modified ?? start) : start);
      updates.push({ type: 'status', time: time * 1000, status, secondaryStatus, message });
    }
    return updates;
  }
}
