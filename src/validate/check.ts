import type { Subject } from './subject.ts';

/** How bad a finding is, the worst first: the platform fails or loses something, a job may, or it could be better. */
export const SEVERITIES = ['must', 'should', 'advice'] as const;

/** One of {@link SEVERITIES}. A table in docs/validate.md lists it for each check; a test compares both. */
export type Severity = (typeof SEVERITIES)[number];

/** `unknown`: it ran without a clear result. `skipped`: it did not run. */
export type Status = 'pass' | 'fail' | 'unknown' | 'skipped';

/**
 * Why a check did not run: the user left it out; nothing in this container or job can break the clause; the job did not
 * succeed, which the check builds on; or this engine or machine cannot show it.
 */
export type SkipCause = 'left out' | 'does not apply' | 'no successful run' | 'not possible here';

/** What a verdict rests on. Each member only where there is something to show; texts are excerpts, secrets masked. */
export interface Evidence {
  /** What was run, as words: the command that runs it again, for a job in a file. */
  readonly command?: readonly string[];
  /** How it ended. */
  readonly exitCode?: number;
  /** What it printed: the lines that matter. */
  readonly log?: string;
  /** Paths in the container, or below `/opt/ml`. */
  readonly files?: readonly string[];
  /** Anything else that was measured or read, one thing a line. */
  readonly notes?: readonly string[];
}

/** What a check has found. */
export interface Finding {
  readonly status: Status;
  /** Of `skipped`. */
  readonly cause?: SkipCause;
  /** One line: what is so. For `skipped` the reason, and how to give the check what it needs. */
  readonly verdict: string;
  readonly evidence?: Evidence;
  /** How to fix it here, where that is better known than in general. */
  readonly fix?: string;
}

/** One thing that the contract asks of a training container, and how to find out. */
export interface Check {
  /** Stable, in kebab case: `train-starts`. */
  readonly id: string;
  /** Clause of the contract, `C57`. */
  readonly clause: string;
  readonly severity: Severity;
  /** What is asked, one line: "SIGTERM ends the container in time". */
  readonly title: string;
  /** How it is found out, for `--explain`. */
  readonly probe: string;
  readonly why: string;
  readonly fix: string;
  /** @throws OptmlError only where the check itself could not be done, such as an engine that does not answer. */
  run(subject: Subject): Promise<Finding>;
}
