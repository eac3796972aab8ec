/** Checks that need a job of the newer SDK. */
export const DRIVERS_CHECKS = [
  'drivers-bytes',
  'drivers-failure',
  'drivers-folders',
  'drivers-hyperparameters',
  'drivers-killed',
  'drivers-line-ends',
  'drivers-names',
  'drivers-output',
  'drivers-programs',
  'drivers-quote',
  'drivers-script',
  'drivers-stop',
] as const;

interface Report {
  readonly checks: ReadonlyArray<{ readonly id: string; readonly status: string }>;
}

/** Ids of the checks that a validation skipped, sorted. */
export function skippedChecks({ checks }: Report): readonly string[] {
  return checks
    .filter(({ status }) => status === 'skipped')
    .map(({ id }) => id)
    .sort();
}
