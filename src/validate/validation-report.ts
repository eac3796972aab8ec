import { type Evidence, SEVERITIES, type Severity, type SkipCause, type Status } from './check.ts';

/** What one check came to. */
export interface CheckResult {
  /** Stable, in kebab case. */
  readonly id: string;
  /** Clause of the contract, `C57`. */
  readonly clause: string;
  readonly severity: Severity;
  /** What is asked, one line. */
  readonly title: string;
  readonly status: Status;
  /** Of `skipped`: why it did not run. */
  readonly cause?: SkipCause;
  /** Of a `must` check that nothing has shown, with `--strict`: it is a finding. */
  readonly isUnproven?: true;
  /** One line: what is so; for `skipped` the reason, and how to give the check what it needs. */
  readonly verdict: string;
  readonly evidence: Evidence;
  readonly why: string;
  readonly fix: string;
  /** Why a finding is accepted, where the baseline has it; it does not count then. */
  readonly accepted?: string;
  /** How long it took, with waiting for others. */
  readonly seconds: number;
}

/** Why something could not be validated. */
export interface Obstacle {
  /** One line: `the job ended with exit code 1: ValueError: no rows`. */
  readonly reason: string;
  readonly evidence: Evidence;
  readonly fix: string;
}

/** What a validation has found. Serialisable; everything that may hold secrets is masked. */
export interface ValidationReport {
  /** Of this shape. It changes when a member is removed or means something else. */
  readonly version: 1;
  /** optml's own version. */
  readonly optml: string;
  readonly subject: {
    readonly kind: 'image' | 'project' | 'command';
    /** The image's name, the project's folder, or the command as words for a shell. */
    readonly name: string;
    /** What ran it. */
    readonly engine: string;
    /** `linux/amd64`; not for a command. */
    readonly platform?: string;
    /** Size of the image, unpacked. */
    readonly bytes?: number;
  };
  /** When it began: ISO 8601, UTC. */
  readonly startedAt: string;
  readonly seconds: number;
  /**
   * `fail`: there is a finding of severity `must` that is not accepted. `not validated`: the baseline of most checks is
   * missing, whatever the others have found.
   */
  readonly verdict: 'pass' | 'fail' | 'not validated';
  /** Of `not validated`: the reason, what it rests on, and what to do. */
  readonly obstacle?: Obstacle;
  /** How many checks ended how; accepted findings are not among `fail`. */
  readonly counts: Readonly<Record<Status | 'accepted', number>>;
  /** What the user should also know: accepted findings that are there no more, warnings of the engine. */
  readonly notes: readonly string[];
  /** In the contract's order. */
  readonly checks: readonly CheckResult[];
}

/** Whether a result is a finding: a failure that the baseline does not accept, or with `--strict` an unproven `must`. */
export function isFinding({ status, accepted, isUnproven }: CheckResult): boolean {
  return (status === 'fail' && accepted === undefined) || isUnproven === true;
}

/** The findings, the worst first. */
export function findingsOf({ checks }: ValidationReport): readonly CheckResult[] {
  return SEVERITIES.flatMap((severity) => checks.filter((check) => check.severity === severity && isFinding(check)));
}
