import { monotonicMs } from '../concurrency/clock.ts';
import { isOptmlError, type OptmlError } from '../errors/error.ts';
import type { Baseline } from './baseline.ts';
import { type Check, type Finding, SEVERITIES } from './check.ts';
import { type Reproduce, repeatable } from './reproduce.ts';
import { shownEvidence, shownText } from './shown-evidence.ts';
import type { Subject } from './subject.ts';
import type { CheckResult } from './validation-report.ts';

/** How checks are run. */
export interface RunChecksOptions {
  readonly isWanted: (check: Check) => boolean;
  readonly baseline: Baseline;
  /** A `must` check that could run and did not is a finding. */
  readonly isStrict: boolean;
  /** The command that asks a check again. */
  readonly reproduce?: Reproduce;
  /** Told of each check that was asked, as it ends. */
  readonly onResult: (result: CheckResult) => void;
  /** Aborting it gives up. */
  readonly signal: AbortSignal;
}

/** What the checks came to, and the first error that kept one from being asked. */
export interface CheckResults {
  readonly results: readonly CheckResult[];
  readonly error: OptmlError | undefined;
}

/** Runs all checks side by side; the subject limits how many jobs run at the same time. Results are in the checks' order. */
export async function runChecks(
  checks: readonly Check[],
  subject: Subject,
  options: RunChecksOptions,
): Promise<CheckResults> {
  let error: OptmlError | undefined;
  const onError = (thrown: OptmlError) => {
    error ??= thrown;
  };
  // The worst first: what a validation may write to the disk is limited.
  const order = SEVERITIES.flatMap((severity) => checks.filter((check) => check.severity === severity));
  const results = await Promise.all(order.map((check) => runCheck(check, subject, { ...options, onError })));
  return { results: checks.map((check) => results[order.indexOf(check)] as CheckResult), error };
}

// The general fix repairs a container; here nothing shows that it needs a repair.
const PROVE_IT =
  'Give the check what its reason names; --strict requires a result of every must check. Or leave the check out with --skip.';

async function runCheck(
  check: Check,
  subject: Subject,
  options: RunChecksOptions & { readonly onError: (error: OptmlError) => void },
): Promise<CheckResult> {
  const { id, clause, severity, title, why } = check;
  const start = monotonicMs();
  const isWanted = options.isWanted(check);
  const finding = isWanted ? await ask(check, subject, options) : leftOut();
  const { status, cause } = finding;
  const isUnproven = options.isStrict && lacksProof(check, finding);
  const accepted = status === 'fail' ? options.baseline.get(id) : undefined;
  const result: CheckResult = {
    ...{ id, clause, severity, title, status, why },
    ...(cause !== undefined && { cause }),
    ...(isUnproven && { isUnproven: true as const }),
    verdict: shownText(finding.verdict),
    evidence: shownEvidence(repeatable(finding.evidence ?? {}, options.reproduce?.(id))),
    fix: finding.fix ?? (isUnproven ? PROVE_IT : check.fix),
    ...(accepted !== undefined && { accepted }),
    seconds: Math.round(monotonicMs() - start) / 1000,
  };
  if (isWanted) options.onResult(result);
  return result;
}

function lacksProof({ severity }: Check, { status, cause }: Finding): boolean {
  if (severity !== 'must' || cause === 'left out' || cause === 'does not apply') return false;
  return status === 'skipped' || status === 'unknown';
}

function leftOut(): Finding {
  return { status: 'skipped', cause: 'left out', verdict: 'left out by --only or --skip' };
}

// A check that could not be done says nothing about the others; one of ours that breaks is a defect.
async function ask(
  check: Check,
  subject: Subject,
  { signal, onError }: { readonly signal: AbortSignal; readonly onError: (error: OptmlError) => void },
): Promise<Finding> {
  try {
    const finding = await check.run(subject);
    // What was ended by us says nothing.
    signal.throwIfAborted();
    return finding;
  } catch (error) {
    signal.throwIfAborted();
    if (!isOptmlError(error) || error.kind === 'toolkit') throw error;
    onError(error);
    const verdict = `the check failed to run: ${error.message}`;
    return {
      status: 'unknown',
      verdict,
      ...(error.where !== undefined && { evidence: { notes: [error.where] } }),
      ...(error.fix !== undefined && { fix: error.fix }),
    };
  }
}
