import { createRequire } from 'node:module';

/** What masks secrets. */
export type Masking = typeof import('./masking/masking.ts');

// Part of each name and each shape that the masking knows. No part of a usual line: `framework_module`, `task_type`, `global_step`, `bypass`.
const MAY_BE_SECRET =
  /SECRET|(?<!by)PASS|PWD|KEY|TOKEN|PRIVATE|CRED|AUTH|BEARER|BASIC|WEBHOOK|A(?:KIA|SIA|BIA|CCA)|eyJ|gh[pousr]_|github_pat_|glpat-|\b(?:hf|npm|pypi)[_-]|\bsk-|\b[sr]k_(?:live|test)_|xox[abprs]-|AIza|AWS4|hooks\.|telegram|sig(?:nature)?=|:\/\/[^\s@]{0,500}@/i;

/** Whether a text may have something that the masking masks without knowing it. */
export function mayHaveSecret(text: string): boolean {
  return MAY_BE_SECRET.test(text);
}

/** Loads what masks secrets. Most lines of `train` do not need it, and a job without secrets never does. */
export function masking(): Masking {
  // Not `await import`: a line of the log is written when it is given. The build replaces the name by a path.
  return createRequire(import.meta.filename)('#log/masking/masking');
}

/** Collects the secrets of a job, as soon as what masks them is loaded. */
export type CollectSecrets = (masking: Masking) => readonly string[];

/**
 * Masks the secrets that `collect` returns, and what looks like one. Loads nothing before the first text that may have one:
 * any text if `mayHaveSome` is true of the job.
 */
export function lazyMask(collect: CollectSecrets, mayHaveSome: boolean): (text: string) => string {
  let mask: ((text: string) => string) | undefined;
  return (text) => {
    if (mask === undefined && !mayHaveSome && !mayHaveSecret(text)) return text;
    if (mask === undefined) {
      const loaded = masking();
      mask = loaded.makeMasker(collect(loaded)).mask;
    }
    return mask(text);
  };
}
