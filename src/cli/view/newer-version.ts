/** What a command says about jobs whose records a newer version of optml wrote. */
export function newerVersion(names: readonly string[]): string {
  return `a newer version of optml wrote the records of ${names.join(', ')}. This version shows the fields that it can read, and changes nothing of these jobs. Use the newer version for them.`;
}
