/** How a program that the hosts need has ended, in words: `slirp4netns was killed by SIGKILL`. */
export function describeEnd(
  program: string,
  { code, signal }: { readonly code: number | null; readonly signal: NodeJS.Signals | null },
): string {
  const how = signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`;
  return `${program} ${how}`;
}
