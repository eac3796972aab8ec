import { monotonicMs } from '../concurrency/clock.ts';
import { isOptmlError, type OptmlError } from '../errors/error.ts';
import { cutText } from '../errors/quote-value.ts';
import { maskShapes } from '../log/secrets.ts';
import type { Baseline } from './baseline.ts';
import { type Check, type Evidence, type Finding, SEVERITIES } from './check.ts';
import type { Subject } from './subject.ts';
import type { CheckResult } from './validation-report.ts';

/** How checks are run. */
export interface RunChecksOptions {
  readonly isWanted: (check: Check) => boolean;
  readonly baseline: Baseline;
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

/** Runs all checks side by side; how many jobs run at once is bounded by the subject. Results are in the checks' order. */
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

async function runCheck(
  check: Check,
  subject: Subject,
  options: RunChecksOptions & { readonly onError: (error: OptmlError) => void },
): Promise<CheckResult> {
  const { id, clause, severity, title, why } = check;
  const start = monotonicMs();
  const isWanted = options.isWanted(check);
  const finding = isWanted ? await ask(check, subject, options) : { status: 'skipped' as const, verdict: LEFT_OUT };
  const { status } = finding;
  const accepted = status === 'fail' ? options.baseline.get(id) : undefined;
  const result: CheckResult = {
    ...{ id, clause, severity, title, status, why },
    verdict: shown(finding.verdict),
    evidence: shownEvidence(finding.evidence ?? {}),
    fix: finding.fix ?? check.fix,
    ...(accepted !== undefined && { accepted }),
    seconds: Math.round(monotonicMs() - start) / 1000,
  };
  if (isWanted) options.onResult(result);
  return result;
}

/** What is said of a check that is not wanted. */
export const LEFT_OUT = 'left out by --only or --skip';

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
    const verdict = `it could not be asked: ${error.message}`;
    return {
      status: 'unknown',
      verdict,
      ...(error.where !== undefined && { evidence: { notes: [error.where] } }),
      ...(error.fix !== undefined && { fix: error.fix }),
    };
  }
}

/** Most lines of each part of the evidence, and characters of each text: enough for all that the checks show. */
const MOST_LINES = 50;
const MOST_CHARACTERS = 4000;

function shownEvidence({ command, exitCode, log, files, notes }: Evidence): Evidence {
  return {
    ...(command !== undefined && { command: command.map((word) => shown(word)) }),
    ...(exitCode !== undefined && { exitCode }),
    ...(log !== undefined && { log: shown(log, log.length) }),
    ...(files !== undefined && { files: files.slice(0, MOST_LINES).map((file) => shown(file)) }),
    ...(notes !== undefined && { notes: notes.slice(0, MOST_LINES).map((note) => shown(note)) }),
  };
}

// Text of the program's may hold what a terminal would obey: pictures stand for control characters.
function shown(text: string, mostCharacters = MOST_CHARACTERS): string {
  return cutText(maskShapes(text), mostCharacters)
    .toWellFormed()
    .replace(/[^\P{Cc}\t\n]/gu, (character) =>
      character < ' ' ? String.fromCharCode(0x2400 + character.charCodeAt(0)) : '\ufffd',
    );
}
