import { visibleText } from '../text/visible.ts';

/**
 * `callback` made safe to call: when it throws, or its promise rejects, the caller goes on. The first failure of it is
 * passed to `report`; by default it becomes a warning of the process.
 */
export function guardCallback<Args extends readonly unknown[]>(
  callback: (...args: Args) => void | Promise<void>,
  report: (error: unknown) => void = warnOfCallback,
): (...args: Args) => void | Promise<void> {
  let hasFailed = false;
  const fail = (error: unknown) => {
    if (hasFailed) return;
    hasFailed = true;
    report(error);
  };
  return (...args) => {
    try {
      const pending = callback(...args);
      // An async callback that is typed as void returns a promise all the same.
      return typeof pending?.then === 'function' ? pending.then(undefined, fail) : undefined;
    } catch (error) {
      return fail(error);
    }
  };
}

function warnOfCallback(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  process.emitWarning(`A callback of a training job failed, the job goes on: ${visibleText(text)}`, 'OptmlWarning');
}
