import { setTimeout as sleep } from 'node:timers/promises';

/** How often something is tried, and how long it is waited in between. */
export interface RetryPolicy {
  readonly attempts: number;
  /** Before the second attempt; grows evenly (by a factor) to the last. In milliseconds. */
  readonly firstWaitMs: number;
  readonly lastWaitMs: number;
  /** How many more attempts follow those, each after the last wait. By default none. */
  readonly moreAttempts?: number;
}

/** Six attempts, about half a minute of waiting in all: what S3 needs to grow under a new load. */
export const RETRY_POLICY: RetryPolicy = { attempts: 6, firstWaitMs: 400, lastWaitMs: 20_000 };

/** How the caller of {@link retrying} decides about an error. */
export interface RetryRules {
  readonly policy: RetryPolicy;
  readonly signal: AbortSignal;
  /** Whether another attempt can help. */
  readonly isTransient: (error: unknown) => boolean;
  /** Told before each wait. */
  readonly onRetry: (error: unknown, nextAttempt: number, waitMs: number) => void;
  /** Makes what is thrown in the end, after so many attempts. */
  readonly explain: (error: unknown, attempts: number) => unknown;
}

/** Runs `action` until it succeeds or no other attempt can help. An abort ends it immediately, also while it waits. */
export async function retrying<Result>(action: () => Promise<Result>, rules: RetryRules): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    rules.signal.throwIfAborted();
    try {
      return await action();
    } catch (error) {
      rules.signal.throwIfAborted();
      if (attempt >= mostAttempts(rules.policy) || !rules.isTransient(error)) throw rules.explain(error, attempt);
      const waitMs = waitBefore(attempt + 1, rules.policy);
      rules.onRetry(error, attempt + 1, waitMs);
      await pause(waitMs, rules.signal);
    }
  }
}

/** How often something is tried in all. */
export function mostAttempts({ attempts, moreAttempts = 0 }: RetryPolicy): number {
  return attempts + moreAttempts;
}

/** Half of the wait is chance, so that many hosts do not come back together. */
function waitBefore(attempt: number, { attempts, firstWaitMs, lastWaitMs }: RetryPolicy): number {
  const step = attempts <= 2 ? 0 : (Math.min(attempt, attempts) - 2) / (attempts - 2);
  return firstWaitMs * (lastWaitMs / firstWaitMs) ** step * (0.5 + Math.random() / 2);
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    // Only an abort ends it early, and that has a reason of its own.
    signal.throwIfAborted();
  }
}
