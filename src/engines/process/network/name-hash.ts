/** A number for the name of a job, so that a job that runs again mostly has its addresses again. */
export function nameHash(name: string): number {
  return [...name].reduce((sum, character) => (Math.imul(sum, 31) + (character.codePointAt(0) ?? 0)) >>> 0, 7);
}
