import type { OnJobEvent } from '../jobs/events.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { JobRecord } from '../jobs/record.ts';
import { hasEnded, type SecondaryStatus } from '../jobs/status.ts';
import { moved } from '../jobs/transitions.ts';
import { requestMask } from '../request/request-mask.ts';

/** The record of a job that runs, on its way from status to status: each step is written down and told. */
export class JobProgress {
  readonly #store: JobStore;
  readonly #onEvent: OnJobEvent;
  #record: JobRecord;
  #isUnwritten = false;
  /** Masks the secrets of the job. */
  readonly mask: (text: string) => string;
  #isToBeSaved = false;

  constructor(store: JobStore, record: JobRecord, onEvent: OnJobEvent) {
    this.#store = store;
    this.#record = record;
    this.#onEvent = onEvent;
    this.mask = requestMask(record.request);
  }

  get record(): JobRecord {
    return this.#record;
  }

  /** Moves on to `status` with the platform's message, or with another (contract C58). Written immediately when it is the last. */
  move(status: SecondaryStatus, message?: string): void {
    const now = Date.now();
    this.#record = moved(this.#record, status, message, now);
    if (hasEnded(this.#record.TrainingJobStatus)) {
      this.note({ haveHostsBegun: undefined });
      this.save();
    } else this.#saveSoon();
    void this.#onEvent({
      type: 'status',
      time: now,
      status: this.#record.TrainingJobStatus,
      secondaryStatus: status,
      message: this.#record.SecondaryStatusTransitions.at(-1)?.StatusMessage ?? '',
    });
  }

  /** The job is being stopped, and stays in its secondary status: its artifacts are delivered (contract C58). */
  markStopping(): void {
    this.note({ TrainingJobStatus: 'Stopping' });
    this.save();
  }

  // In the same turn there may be something to start, which takes longer.
  #saveSoon(): void {
    if (this.#isToBeSaved) return;
    this.#isToBeSaved = true;
    setImmediate(() => {
      if (this.#isToBeSaved) this.save();
    });
  }

  /** Writes the record down as it is. A job goes on where it cannot be written, with one warning. */
  save(): void {
    this.#isToBeSaved = false;
    try {
      this.#store.update(this.#record.TrainingJobName, this.#record);
    } catch (error) {
      if (!this.#isUnwritten) void this.#onEvent({ type: 'warning', message: (error as Error).message });
      this.#isUnwritten = true;
    }
  }

  /** Notes more about the job; written down with the next step. */
  note(changes: Partial<JobRecord>): void {
    const { FailureReason: reason } = changes;
    this.#record = { ...this.#record, ...changes, ...(reason !== undefined && { FailureReason: this.mask(reason) }) };
  }
}
