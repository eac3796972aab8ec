import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type JobSummary, summaryOf } from '../../jobs/describe/job-summary.ts';
import { isJobName } from '../../jobs/job-name.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import { hasRecord, RECORD_FILE } from '../../jobs/record-file.ts';
import { hasEnded } from '../../jobs/status.ts';

/** The summaries of all jobs of a store, in no order. Those of ended jobs stay in memory. */
export interface JobList {
  /** `onUnreadable` receives the names of jobs whose records cannot be read. They are left out. */
  read(onUnreadable?: (name: string) => void): readonly JobSummary[];
}

interface Known {
  readonly summary: JobSummary;
  /** The state of the record's file. */
  readonly state: string;
}

// Of ten thousand ended jobs, looking at each file would take longer than all else: with more than these, some of them are
// looked at with each call. What changes of an ended job is the delivery of its artifacts.
const MOST_LOOKS = 1000;

/** Opens the list of a store. It reads records when it is read. */
export function openJobList(store: JobStore): JobList {
  const known = new Map<string, Known>();
  let next = 0;

  const readOne = (name: string, onUnreadable: ((name: string) => void) | undefined): readonly JobSummary[] => {
    const state = stateOf(join(store.folderOf(name), RECORD_FILE));
    if (state === undefined) return [];
    const before = known.get(name);
    if (before?.state === state) return [before.summary];
    try {
      const summary = summaryOf(store.read(name));
      if (hasEnded(summary.TrainingJobStatus)) known.set(name, { summary, state });
      return [summary];
    } catch {
      // Else it has been deleted meanwhile.
      if (hasRecord(store.folderOf(name))) onUnreadable?.(name);
      return [];
    }
  };

  return {
    read(onUnreadable) {
      const names = namesIn(store.jobsDir);
      const present = new Set(names);
      for (const name of known.keys()) if (!present.has(name)) known.delete(name);
      const from = next % Math.max(1, names.length);
      next = from + MOST_LOOKS;
      const isLookedAt = (index: number) => (index - from + names.length) % names.length < MOST_LOOKS;
      return names.flatMap((name, index) => {
        const one = known.get(name);
        return one === undefined || isLookedAt(index) ? readOne(name, onUnreadable) : [one.summary];
      });
    },
  };
}

function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir).filter(isJobName);
  } catch {
    // No job yet.
    return [];
  }
}

function stateOf(file: string): string | undefined {
  try {
    const { ino, size, mtimeMs, ctimeMs } = lstatSync(file);
    return `${ino}-${size}-${mtimeMs}-${ctimeMs}`;
  } catch {
    // No record, or one that cannot be read.
    return undefined;
  }
}
