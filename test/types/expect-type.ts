/** Whether two types are the same, also in `readonly` and optional members. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only for a type that is exactly `true`: `expectType<Same<A, B>>()`. */
export function expectType<_Claim extends true>(): void {
  // The compiler has done all the work.
}
