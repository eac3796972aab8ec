/** How often a test tries something: few times in the gate, often in `npm run test:long`, which sets the variable. */
export function trials({ gate, long }: { readonly gate: number; readonly long: number }): number {
  return process.env['OPTML_TEST_LONG'] === '1' ? long : gate;
}
