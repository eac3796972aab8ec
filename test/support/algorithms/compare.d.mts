/** A case: what is trained, and the reference that decides. */
export interface Case {
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** The metric in the log. */
  readonly metric: string;
  readonly reference: string;
}

export const CASES: Readonly<Record<string, Case>>;

export function runCase(
  name: string,
  seeds: number,
  python: string,
): Readonly<
  Record<
    string,
    { readonly scores: readonly number[]; readonly seconds: readonly number[]; readonly memory: readonly number[] }
  >
>;
export function mean(values: readonly number[]): number;
export function standardError(values: readonly number[]): number;
